"""How a descent runs: the array loop, the epochs over examples, and the right coordinates."""
