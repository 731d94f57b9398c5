"""A function's descent that is watched: the same to the last bit, and ended when the page asks."""

import numpy as np
import pytest
from watching import Stopping, shown

import descend

DESCENTS = {
    "auto": ("rosenbrock", {"start": [-1.0, 2]}),
    "named": ("rosenbrock", {"start": [-1.0, 2], "optimizer": "adam", "learning_rate": 0.1}),
    "trials": ("x^2 + 9*y^2", {"start": [-1.0, 2], "optimizer": "momentum", "steps": 50}),
    "runs": ("himmelblau", {"starts": 5, "seed": 0, "optimizer": "momentum", "steps": 60}),
    "python": (lambda w: np.sum((w - 1) ** 4), {"start": np.zeros(5)}),
    "values": ("rosenbrock", {"start": [-1.0, 2], "record": None}),
    "one step": ("x^2", {"start": [3.0], "steps": 1}),
    "none": ("x^2", {"start": [3.0], "steps": 0}),
}


@pytest.mark.parametrize("name", list(DESCENTS))
@pytest.mark.parametrize("verb", [descend.minimize, descend.maximize])
def test_to_be_watched_changes_no_bit(verb, name):
    objective, options = DESCENTS[name]
    if verb is descend.maximize:
        options = {"steps": 20, **options}
    with shown() as found, np.errstate(all="ignore"):
        alone = verb(objective, **options)
        seen = verb(objective, **options, progress="live")
    assert np.array_equal(alone.x, seen.x)
    assert np.array_equal(alone.nit, seen.nit)
    assert np.array_equal(alone.message, seen.message)
    state = found[0].look()
    assert state.state == "ended"
    last = state.moments[-1]
    assert np.array_equal(last.weights, np.atleast_2d(seen.x)[0])
    if len(alone.values) and np.ndim(alone.fun) == 0:
        # what is shown is the function's own, of an ascent, too
        assert last.loss == seen.values[-1]
        assert state.start_loss == seen.values[0]
    assert found[0].subject.of_runs == len(np.atleast_2d(seen.x))


@pytest.mark.parametrize("name", ["auto", "named", "runs", "python"])
def test_the_page_ends_it(name):
    objective, options = DESCENTS[name]
    with shown(Stopping):
        descent = descend.minimize(objective, **options, progress="live")
    assert set(np.atleast_1d(descent.message)) == {"stopped by the user"}
    assert set(np.atleast_1d(descent.status)) == {"stopped"}
    assert set(np.atleast_1d(descent.nit)) == {2}


def test_a_callback_that_ends_it_leaves_its_end_on_the_page():
    def callback(x):
        raise StopIteration

    with shown() as found:
        descent = descend.minimize("rosenbrock", [-1.0, 2], callback=callback, progress="live")
    last = found[0].look().moments[-1]
    assert (last.step, last.loss) == (1, descent.fun)
    assert last.weights.tolist() == descent.x.tolist()
    assert descent.message == found[0].look().message == "the callback ended it"


def test_other_words_are_refused():
    with pytest.raises(ValueError, match="progress='Live' must be True, False or 'live'"):
        descend.minimize("x^2", [1.0], progress="Live")
