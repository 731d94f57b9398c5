"""A table to a model: what `descend fit` does, step by step, and what it reports."""
