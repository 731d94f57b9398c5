"""Risks: the mean loss of a model on data, plus a penalty."""
