"""Every hyper-parameter that is a number has a range."""

import pytest

from descend.optimizers import (
    SAM,
    SGD,
    SVRG,
    Averaged,
    ClippedByNorm,
    ClippedByValue,
    Decayed,
    Lookahead,
    ScheduleFree,
    by_name,
    names,
)
from descend.optimizers.ranges import RANGES, check

WRAPPED = [
    Averaged(SGD()),
    ClippedByNorm(SGD(), 1.0),
    ClippedByValue(SGD(), 1.0),
    Decayed(SGD(), 0.1),
    Lookahead(SGD()),
    SAM(SGD()),
    ScheduleFree(SGD()),
]
OURS = [*(by_name(name) for name in names()), *WRAPPED, SVRG()]


@pytest.mark.parametrize("optimizer", OURS, ids=repr)
def test_every_number_has_a_range_that_holds_the_default(optimizer):
    check(optimizer)
    for name, value in optimizer._asdict().items():
        assert name in RANGES or isinstance(value, bool | tuple)
    for name, value in optimizer._asdict().items():
        if not isinstance(value, bool | tuple):
            with pytest.raises(ValueError, match=f"{name} must be"):
                check(optimizer._replace(**{name: "1"}))
