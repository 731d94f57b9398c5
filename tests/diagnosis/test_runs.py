"""Explanations of many runs at once, and of every kind of record."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import make_regression

from descend import Descent, diagnose, minimize


def test_each_of_several_runs_is_told_by_its_own_rate():
    rates = [0.1, 0.3, 3.0]
    descent = minimize("x^2 + y^2/2", np.ones((3, 2)), optimizer="sgd", learning_rate=rates)
    told = diagnose(descent)
    assert told.status == "diverged"
    assert str(told).startswith(
        "Of 3 runs, 2 converged, 1 diverged. SGD is stable below 2/L = 1, where L = 2 is the "
        "largest curvature: 3 passes it, 0.1 and 0.3 do not. Run 2, for one:"
    )
    assert "learning rate 3." in str(told)
    alone = diagnose(descent.run(2))
    assert (alone.stable_rate, alone.working_rate) == (told.stable_rate, told.working_rate)
    slow = minimize(
        "sphere", np.ones((2, 2)), optimizer="sgd", learning_rate=[1e-3, 2e-3], steps=20
    )
    assert "The learning rate was 0.002;" in str(diagnose(slow.run(1)))


def test_several_runs_that_converged_are_told_by_the_slowest():
    descent = minimize("sphere", [[1.0, 1.0], [100.0, 3.0]])
    assert str(diagnose(descent)) == (
        f"Of 2 runs, 2 converged. The slowest took {descent.nit.max()} steps."
    )


@pytest.mark.parametrize("record", ["all", 7, "values", None])
@pytest.mark.parametrize("rate", [0.1, 1.5])
def test_every_record_can_be_explained(record, rate, tmp_path):
    descent = minimize("sphere", [1.0, 2.0], optimizer="sgd", learning_rate=rate, record=record)
    told = str(diagnose(descent))
    assert told.startswith("It diverged" if rate == 1.5 else "It converged")
    assert "nan" not in told
    descent.save(tmp_path / "walk.npz")
    read = Descent.load(tmp_path / "walk.npz")
    again = str(diagnose(read))
    assert again.startswith("It diverged" if rate == 1.5 else "It converged")
    assert "nan" not in again


def test_the_worst_run_speaks_for_all():
    descent = minimize("sphere", [[1.0, 1.0], [2.0, 2.0]])
    for worst in ("stopped", "stalled"):
        mixed = replace(descent, status=np.array(["converged", worst]))
        assert diagnose(mixed).status == worst


def test_which_of_several_rates_pass_the_bound():
    """The lesson of the hills: (5x^2 + y^2)/2, whose bound is 2/5."""
    rates = np.array([0.02, 0.3, 0.38, 0.41, 0.5])
    run = minimize(
        "(5*x^2 + y^2)/2", np.ones((5, 2)), optimizer="sgd", learning_rate=rates, steps=2000
    )
    told = str(diagnose(run))
    assert "SGD is stable below 2/L = 0.4, where L = 5 is the largest curvature" in told
    assert "0.41 and 0.5 pass it, 0.02, 0.3 and 0.38 do not." in told
    np.testing.assert_array_equal(run.status == "diverged", rates > 0.4)
    calm = diagnose(
        minimize("(5*x^2 + y^2)/2", np.ones((2, 2)), optimizer="sgd", learning_rate=[0.1, 0.3])
    )
    assert "none pass it, 0.1 and 0.3 do not." in str(calm)
    many = np.geomspace(0.1, 0.9, 30)
    crowd = minimize("(5*x^2+y^2)/2", np.ones((30, 2)), optimizer="sgd", learning_rate=many)
    assert f"{(many > 0.4).sum()} rates from" in str(diagnose(crowd))


def test_the_rates_of_one_line_on_data():
    """The lesson of one line: y = m x + c, mean squared error, rates 0.1, 0.6, 0.8 and beyond."""
    X, y = make_regression(n_samples=100, n_features=1, n_informative=1, noise=5, random_state=2)
    A = np.column_stack([X[:, 0], np.ones(100)])
    bound = 2 / np.linalg.eigvalsh(2 * A.T @ A / 100)[-1]
    rates = np.array([0.1, 0.6, 0.8, 1.1 * bound])
    run = minimize(
        lambda w: np.mean((A @ w - y) ** 2),
        np.tile([-10.0, 9.0], (4, 1)),
        optimizer="sgd",
        learning_rate=rates,
        steps=500,
    )
    told = str(diagnose(run))
    assert f"SGD is stable below 2/L = {bound:.4g}" in told
    passing = [f"{rate:.4g}" for rate in rates if rate > bound]
    assert f"{' and '.join(passing)} pass" in told
    np.testing.assert_array_equal(run.status == "diverged", rates > bound)


def test_what_is_no_record_is_refused():
    with pytest.raises(TypeError, match=r"diagnose takes a Descent, .* not 'x\^2'"):
        diagnose("x^2")
