"""Descent by batches of rows, epoch by epoch, in compiled loops."""
