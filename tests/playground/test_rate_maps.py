"""Maps are sweeps, as fine as there is time for."""

import numpy as np
from asking import answer

import descend
from descend.optimizers import Momentum, by_name
from descend.optimizers.traits import stable_rate
from descend.playground.warmth import WARMTH
from descend.protocols import Status


def test_a_map_of_the_rate_alone_has_one_row():
    rates = np.geomspace(0.01, 2, 9)
    _, arrays = answer(
        "map", formula="(5x^2 + y^2)/2", start=[3, 3], optimizer={"name": "sgd"}, parameter=None,
        rates=[0.01, 2], parameters=[0, 1], width=9, height=1, steps=200,
    )  # fmt: skip
    diverges = rates > stable_rate(by_name("sgd"), 5.0)
    np.testing.assert_array_equal(arrays["verdicts"] == 3, diverges[None])


def test_a_map_says_nothing_of_time_while_its_loop_is_being_loaded(monkeypatch):
    asked = {
        "formula": "x^2 + y^2", "start": [3, 3], "optimizer": {"name": "adamax"}, "rates": [0.1, 1],
        "parameter": None, "parameters": [0, 1], "steps": 20, "width": 4, "height": 1,
    }  # fmt: skip
    assert answer("map", **asked)[0]["most_pixels"] > 0
    monkeypatch.setattr(WARMTH, "is_coming", lambda kind: True)
    assert answer("map", **asked)[0]["most_pixels"] is None


def test_a_map_is_a_sweep():
    rates, values = np.geomspace(0.01, 2, 9), np.linspace(0, 0.95, 6)
    header, arrays = answer(
        "map", formula="(5x^2 + y^2)/2", start=[3, 3], optimizer={"name": "momentum"},
        parameter="mu", rates=[0.01, 2], parameters=[0, 0.95], width=9, height=6, steps=120,
    )  # fmt: skip
    sweep = descend.sweep(
        "(5x^2 + y^2)/2", [3, 3], optimizer="momentum", learning_rate=list(rates),
        hyper={"mu": list(values)}, steps=120,
    )  # fmt: skip
    kinds = {Status.CONVERGED: [0], Status.STOPPED: [1, 2], Status.DIVERGED: [3]}
    for i, mu in enumerate(values):
        for j, rate in enumerate(rates):
            point = sweep["momentum", rate, mu]
            assert arrays["verdicts"][i, j] in kinds[point.status]
            assert arrays["steps"][i, j] == point.nit
    assert set(np.unique(arrays["verdicts"])) >= {0, 1, 3}
    np.testing.assert_allclose(header["rates"], rates)
    # the bound 2 (1 + mu) / L parts what diverges from the rest
    for i, mu in enumerate(values):
        beyond = rates > 1.2 * stable_rate(Momentum(mu), 5.0)
        assert (arrays["verdicts"][i, beyond] == 3).all()
