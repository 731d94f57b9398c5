"""Many descents compared: race, sweep, learning-rate test."""
