"""The playground: a page on this machine that shows descents, computed by the real engine."""
