"""Animations: a drawn canvas, the artists that move on it, and the video file."""
