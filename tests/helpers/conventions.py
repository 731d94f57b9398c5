"""Which of our optimizers is which of PyTorch's and optax's, and how far each is let go.

A row: a name, our optimizer, PyTorch's as a function of the parameter and the rate, optax's as a
function of the rate (None where a library has none), and the rates on the quadratic, on Rosenbrock
and on the logistic regression. The rates are such that no path becomes chaotic: where it does, the
two libraries part from one another, too.
"""

from typing import Any, NamedTuple

import optax
import torch
from optax import contrib

from descend.optimizers import (
    ADOPT,
    ASGD,
    COCOB,
    FTRL,
    QHM,
    SGD,
    AdaBelief,
    Adadelta,
    AdaGrad,
    Adam,
    AdaMax,
    AdamW,
    Adan,
    AdEMAMix,
    AMSGrad,
    Lion,
    Momentum,
    NAdam,
    Nesterov,
    RAdam,
    RMSProp,
    Rprop,
    SignSGD,
    Signum,
    Yogi,
)
from descend.protocols import Optimizer


class Row(NamedTuple):
    """One optimizer under one convention."""

    name: str
    ours: Optimizer
    torch: Any
    optax: Any
    rates: tuple[float, float, float]


def of_torch(kind, **options):
    return lambda w, rate: kind([w], lr=rate, **options)


def of_optax(kind, **options):
    return lambda rate: kind(rate, **options)


PLAIN = (0.015, 1e-3, 0.3)
INERT = (0.005, 1e-4, 0.03)
UNIT = (0.05, 0.02, 0.03)  # for steps as long as the rate
SLOW = (0.005, 0.002, 0.003)

optim = torch.optim
ROWS = [
    Row("sgd", SGD(), of_torch(optim.SGD), of_optax(optax.sgd), PLAIN),
    Row(
        "momentum",
        Momentum(),
        of_torch(optim.SGD, momentum=0.9),
        of_optax(optax.sgd, momentum=0.9),
        INERT,
    ),
    Row(
        "momentum of 0.5",
        Momentum(0.5),
        of_torch(optim.SGD, momentum=0.5),
        of_optax(optax.sgd, momentum=0.5),
        INERT,
    ),
    Row(
        "nesterov",
        Nesterov(),
        of_torch(optim.SGD, momentum=0.9, nesterov=True),
        of_optax(optax.sgd, momentum=0.9, nesterov=True),
        INERT,
    ),
    Row("asgd", ASGD(), of_torch(optim.ASGD), None, PLAIN),
    Row(
        "asgd averaging",
        ASGD(0.01, 0.6, 10.0),
        of_torch(optim.ASGD, lambd=0.01, alpha=0.6, t0=10),
        None,
        PLAIN,
    ),
    Row("adagrad", AdaGrad(), of_torch(optim.Adagrad), None, (0.5, 0.5, 0.5)),
    Row(
        "adagrad from 0.3",
        AdaGrad(0.3, 1e-3),
        of_torch(optim.Adagrad, initial_accumulator_value=0.3, eps=1e-3),
        None,
        (0.5, 0.5, 0.5),
    ),
    Row(
        "adagrad, eps inside",
        AdaGrad(0.1, 1e-7, eps_inside=True),
        None,
        of_optax(optax.adagrad),
        (0.5, 0.5, 0.5),
    ),
    Row("rmsprop", RMSProp(), of_torch(optim.RMSprop), None, (0.002, 0.002, 0.002)),
    Row(
        "rmsprop, momentum, centered",
        RMSProp(0.95, 0.9, 1e-4, centered=True),
        of_torch(optim.RMSprop, alpha=0.95, momentum=0.9, eps=1e-4, centered=True),
        of_optax(
            optax.rmsprop, decay=0.95, momentum=0.9, eps=1e-4, centered=True, eps_in_sqrt=False
        ),
        (0.01, 0.001, 0.0005),
    ),
    Row(
        "rmsprop, eps inside",
        RMSProp(0.9, eps=1e-4, eps_inside=True),
        None,
        of_optax(optax.rmsprop, eps=1e-4),
        (0.002, 0.001, 0.002),
    ),
    Row(
        "rmsprop, momentum, centered, eps inside",
        RMSProp(0.9, 0.8, 1e-4, centered=True, eps_inside=True),
        None,
        of_optax(optax.rmsprop, momentum=0.8, centered=True, eps=1e-4),
        SLOW,
    ),
    Row(
        "adadelta", Adadelta(), of_torch(optim.Adadelta), of_optax(optax.adadelta), (0.1, 0.1, 0.1)
    ),
    Row(
        "adadelta of the paper",
        Adadelta(0.95, 1e-4),
        of_torch(optim.Adadelta, rho=0.95, eps=1e-4),
        of_optax(optax.adadelta, rho=0.95, eps=1e-4),
        (0.02, 0.02, 0.1),
    ),
    Row("adam", Adam(), of_torch(optim.Adam), of_optax(optax.adam), UNIT),
    Row(
        "adam of its own",
        Adam(0.8, 0.99, 1e-3),
        of_torch(optim.Adam, betas=(0.8, 0.99), eps=1e-3),
        of_optax(optax.adam, b1=0.8, b2=0.99, eps=1e-3),
        SLOW,
    ),
    Row(
        "adamw",
        AdamW(),
        of_torch(optim.AdamW),
        of_optax(optax.adamw, weight_decay=0.01),
        UNIT,
    ),
    Row(
        "adamw, decaying much",
        AdamW(0.8, 0.99, 1e-3, 0.5),
        of_torch(optim.AdamW, betas=(0.8, 0.99), eps=1e-3, weight_decay=0.5),
        of_optax(optax.adamw, b1=0.8, b2=0.99, eps=1e-3, weight_decay=0.5),
        SLOW,
    ),
    Row("amsgrad", AMSGrad(), of_torch(optim.Adam, amsgrad=True), None, UNIT),
    Row(
        "amsgrad, corrected first",
        AMSGrad(corrected_first=True),
        None,
        of_optax(optax.amsgrad),
        UNIT,
    ),
    Row("adamax", AdaMax(), of_torch(optim.Adamax), of_optax(optax.adamax), UNIT),
    Row("nadam", NAdam(), of_torch(optim.NAdam), None, UNIT),
    Row(
        "nadam, warming fast",
        NAdam(psi=1.0),
        of_torch(optim.NAdam, momentum_decay=1.0),
        None,
        UNIT,
    ),
    Row("nadam, never warming", NAdam(drop=0.0), None, of_optax(optax.nadam), UNIT),
    Row("radam", RAdam(), of_torch(optim.RAdam), None, SLOW),
    Row(
        "radam, eps after",
        RAdam(eps=1e-3, epsilon_hat=False),
        None,
        of_optax(optax.radam, eps=1e-3),
        SLOW,
    ),
    Row("adabelief", AdaBelief(), None, of_optax(optax.adabelief), UNIT),
    Row(
        "adabelief of the paper",
        AdaBelief(0.8, 0.99, 1e-8),
        None,
        of_optax(optax.adabelief, b1=0.8, b2=0.99, eps=1e-8, eps_root=1e-8),
        (0.002, 0.001, 0.002),
    ),
    Row("yogi", Yogi(), None, of_optax(optax.yogi), UNIT),
    Row("adan", Adan(), None, of_optax(optax.adan, eps_root=0.0), UNIT),
    Row("ademamix", AdEMAMix(), None, of_optax(contrib.ademamix), SLOW),
    Row("adopt", ADOPT(), None, of_optax(contrib.adopt), UNIT),
    Row(
        "adopt, unclipped",
        ADOPT(0.8, 0.99, 1e-4, clipped=False),
        None,
        of_optax(contrib.adopt, b1=0.8, b2=0.99, eps=1e-4, use_clipping=False),
        SLOW,
    ),
    Row("cocob", COCOB(), None, of_optax(contrib.cocob), (1.0, 1.0, 1.0)),
    Row(
        "cocob, betting less",
        COCOB(300.0, 1e-3),
        None,
        of_optax(contrib.cocob, alpha=300.0, eps=1e-3),
        (0.5, 0.5, 0.5),
    ),
    Row("signsgd", SignSGD(), None, of_optax(optax.sign_sgd), SLOW),
    Row("signum", Signum(), None, of_optax(optax.signum), SLOW),
    Row("lion", Lion(), None, of_optax(optax.lion, weight_decay=0.0), SLOW),
    # optax's Rprop (0.2.8) takes each step one gradient late: PyTorch's is the algorithm
    Row("rprop", Rprop(), of_torch(optim.Rprop), None, (0.01, 0.01, 0.01)),
    Row(
        "rprop, bounded",
        Rprop(0.3, 1.1, 1e-4, 0.02),
        of_torch(optim.Rprop, etas=(0.3, 1.1), step_sizes=(1e-4, 0.02)),
        None,
        (0.01, 0.01, 0.01),
    ),
]

# optimizers that neither library has are tested against the paper, in test_papers.py
WITHOUT_PEER = [QHM(), FTRL(0.01, 0.1)]

OURS = [row.ours for row in ROWS] + WITHOUT_PEER
