"""Rules that assume a lowest value say so where the function goes below it."""

import pytest

from descend import minimize
from descend.optimizers import Averaged, MoMo, MoMoAdam
from descend.rates import Polyak


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"optimizer": "momo"}, "MoMo assumes that no value is below 0"),
        ({"optimizer": MoMoAdam(lower=-0.5)}, "MoMoAdam assumes that no value is below -0.5"),
        ({"optimizer": Averaged(MoMo())}, "MoMo(lower=...)"),
        ({"optimizer": "sgd", "learning_rate": "polyak"}, "Polyak(minimum=...)"),
    ],
)
def test_below_the_assumed_minimum_it_is_named(options, told):
    stuck = minimize("sin(x)*sin(y)", [1.4, -1.2], steps=300, **options)
    assert stuck.status == "stopped"
    assert told in stuck.explain()
    assert "hardly changes" not in stuck.explain()


@pytest.mark.parametrize(
    "options",
    [
        {"optimizer": MoMo(lower=-1)},
        {"optimizer": "sgd", "learning_rate": Polyak(-1)},
        {"optimizer": "adam", "learning_rate": 1e-3},
    ],
)
def test_above_it_nothing_is_said(options):
    assert "assumes" not in minimize("sin(x)*sin(y)", [1.4, -1.2], steps=30, **options).explain()
