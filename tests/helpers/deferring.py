"""Optimizers with penalties whose steps on features that a batch lacks may wait."""

from descend.optimizers import SGD, AdaGrad, SignSGD
from descend.penalties import L1, L2, Box, ElasticNet, NonNegative, NoPenalty

DEFERRED = [
    (SGD(), NoPenalty()),
    (SGD(), L2(0.3)),
    (SGD(), L1(0.02)),
    (SGD(), ElasticNet(0.2, 0.3)),
    (SGD(), NonNegative()),
    (SGD(), NonNegative(L2(0.2))),
    (SGD(), Box(-0.05, 0.1, ElasticNet(0.1, 0.2))),
    (SGD(), Box(0.02, 0.2, L1(0.02))),
    (AdaGrad(), NoPenalty()),
    (SignSGD(), NoPenalty()),
]
