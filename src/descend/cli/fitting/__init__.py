"""The options of `descend fit`, and what it shows."""
