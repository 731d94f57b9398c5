"""Cells as people write them: numbers, dates, times, and marks of what is missing."""
