"""Figures: their style, axes, colour bars and keys, and where they are shown."""
