"""A formula, or a table's risk, as a function to descend: `minimize`, `race` and `rate`."""
