"""Formulas: parsed safely, differentiated exactly, evaluated at many points at once."""
