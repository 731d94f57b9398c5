"""Objectives whose curvatures are known."""

import numpy as np


class Quadratic:
    """`(w - 1) H (w - 1) / 2` in d coordinates, of known curvatures."""

    def __init__(self, curvatures, seed=0):
        d = len(curvatures)
        turn, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))
        self.H = (turn * curvatures) @ turn.T

    def value(self, w):
        return np.sum((w - 1) * ((w - 1) @ self.H), axis=-1) / 2

    def value_and_gradient(self, w):
        return self.value(w), (w - 1) @ self.H

    def hessian_product(self, w, v):
        return v @ self.H
