"""Many runs on a formula's tape, a block of runs at a time."""
