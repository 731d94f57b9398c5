"""Numbers against steps, or against one number."""
