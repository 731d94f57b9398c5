"""The loss of a model over some of its parameters, or over directions among them."""
