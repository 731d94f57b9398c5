"""Where a descent went: its record, and what writes it."""
