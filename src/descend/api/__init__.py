"""The front door for functions: minimize, maximize, derive, check_gradient."""
