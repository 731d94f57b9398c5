"""Functions of two variables: from above, as surfaces, and what happens at a point."""
