"""The player: a page of its own on which a descent plays, steps and is scrubbed through."""
