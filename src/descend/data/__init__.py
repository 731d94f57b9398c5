"""Where examples come from: arrays, files, and tables of named columns."""
