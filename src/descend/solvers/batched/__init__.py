"""Many runs on one formula at once, in compiled blocks."""
