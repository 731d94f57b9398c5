"""Hessians, their spectra and factors: what safe rates and preconditioners are made of."""
