"""What a picture shows of a record: its runs as one shape, their paths, ends and names."""
