"""Python functions as objectives: NumPy, JAX, PyTorch, their own gradient, differences."""
