"""The compiled loops over examples; the only home of Numba."""
