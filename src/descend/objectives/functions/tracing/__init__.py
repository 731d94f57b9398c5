"""Tracing: functions written with NumPy, followed operation by operation and differentiated."""
