"""Landscapes of many dimensions: the values of an objective on a plane through its space."""
