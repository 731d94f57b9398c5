"""Delimited text, such as CSV: its dialect, its cells, and quotes gone astray."""
