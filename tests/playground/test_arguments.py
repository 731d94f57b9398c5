"""What `descend.playground` is given, as the page's address has it; and what it refuses."""

import re
from types import SimpleNamespace
from urllib.parse import parse_qs

import numpy as np
import pytest
import sympy

import descend
from descend import landmarks, optimizers, rates
from descend.playground.arguments import query_of

X, Y = sympy.symbols("x y")

GIVEN = [
    ({}, {}),
    ({"formula": "x^2 + y^2"}, {"formula": "x^2 + y^2"}),
    ({"formula": " rosenbrock "}, {"formula": "rosenbrock"}),
    ({"formula": landmarks.LANDMARKS["beale"]}, {"formula": "beale"}),
    ({"formula": X**2 + Y}, {"formula": "x**2 + y"}),
    ({"formula": "x & y"}, ValueError),
    ({"formula": "x^2", "start": 3}, {"formula": "x^2", "starts": "3"}),
    ({"formula": "x^2", "start": [[1], [-2.5]]}, {"formula": "x^2", "starts": "1;-2.5"}),
    ({"formula": "x+y", "start": (1, 2)}, {"formula": "x+y", "starts": "1,2"}),
    ({"formula": "x+y", "start": {"y": 2, "x": 1}}, {"formula": "x+y", "starts": "1,2"}),
    ({"formula": "x+y", "start": np.eye(2)}, {"formula": "x+y", "starts": "1,0;0,1"}),
    ({"formula": "x", "window": (-1, 2)}, {"formula": "x", "window": "-1,2"}),
    ({"formula": "x+y", "window": [(-1, 2), (0, 1)]}, {"formula": "x+y", "window": "-1,2;0,1"}),
    ({"steps": 17}, {"steps": "17"}),
    ({"optimizer": "Adam"}, {"optimizer": "adam"}),
    ({"optimizer": optimizers.Adam(beta1=0.5)}, {"optimizer": "adam", "adam.beta1": "0.5"}),
    (
        {"optimizer": ["sgd", optimizers.Momentum(mu=0.5, rate_inside=True), "lion"]},
        {
            "optimizer": "sgd", "race": "momentum,lion",
            "momentum.mu": "0.5", "momentum.rate_inside": "true",
        },
    ),
    ({"learning_rate": 0.05}, {"rate": "0.05"}),
    ({"learning_rate": np.float32(0.5)}, {"rate": "0.5"}),
    ({"learning_rate": "auto"}, {"rate": "auto"}),
    ({"learning_rate": rates.Constant(0.2)}, {"rate": "0.2"}),
    (
        {"learning_rate": "cosine:0.1", "steps": 50},
        {"steps": "50", "rate": "0.1", "schedule": "cosine"},
    ),
    ({"learning_rate": rates.Wolfe()}, {"schedule": "wolfe"}),
    (
        {"learning_rate": rates.Exponential(0.1, factor=0.9)},
        {"rate": "0.1", "schedule": "exponential", "schedule.factor": "0.9"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("given", "wanted"), GIVEN)
def test_arguments_stand_in_the_address(given, wanted):
    if wanted is ValueError:
        with pytest.raises(ValueError, match="&"):
            query_of(**given)
        return
    query = query_of(**given)
    assert query.startswith("?") == bool(wanted)
    assert " " not in query
    assert {name: value for name, (value,) in parse_qs(query[1:]).items()} == wanted


WRONG = [
    ({"formula": lambda w: w @ w}, "write it as text"),
    ({"formula": np.sin}, "sin has none"),
    ({"formula": "x + y + z"}, "this one has 3: x, y, z"),
    ({"formula": "x", "start": (1, 2)}, "2 coordinates"),
    ({"formula": "x", "start": "here"}, "start"),
    ({"formula": "x", "start": np.zeros((201, 1))}, "200"),
    ({"formula": "x", "window": (1, 1)}, "window"),
    ({"formula": "x+y", "window": (1, 2)}, "window"),
    ({"formula": "x" * 501}, "501"),
    ({"start": 1}, "give one"),
    ({"window": (0, 1)}, "give one"),
    ({"steps": 10**6}, "10,000"),
    ({"steps": -1}, "steps"),
    ({"optimizer": "adma"}, "Did you mean"),
    ({"optimizer": []}, "names none"),
    ({"optimizer": ["adam", "Adam"]}, "twice"),
    ({"optimizer": "lookahead:adam"}, "no sliders"),
    ({"optimizer": optimizers.Adam(beta1=2)}, "beta1"),
    ({"learning_rate": -1}, "above 0"),
    ({"learning_rate": float("nan")}, "above 0"),
    ({"learning_rate": True}, "no sliders"),
    ({"learning_rate": "nonsense"}, "not known"),
    ({"learning_rate": rates.Cosine(0.1, steps=7), "steps": 8}, "no sliders"),
    ({"learning_rate": SimpleNamespace()}, "no sliders"),
]


@pytest.mark.parametrize(("given", "told"), WRONG)
def test_what_the_page_cannot_show_is_refused(given, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        query_of(**given)


def test_user_text_is_never_evaluated():
    with pytest.raises(ValueError, match="'_' at column 1"):
        descend.playground("__import__('os').system('true')")
