"""Several descents beside one another: comparisons, races, sweeps, tests of rates."""
