"""How it runs: one file or folder a method."""
