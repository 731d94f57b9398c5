"""What every package may import: intervals, threads, files that appear whole, errors."""
