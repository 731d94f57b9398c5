"""What every room may lean on: intervals of numbers, threads, files that appear whole, errors."""
