"""What a fitted model says of data, at the end and at each recorded step."""
