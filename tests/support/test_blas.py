"""BLAS has one thread during a fit, and what it had before afterwards."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest
import scipy.sparse
from solving import untuned
from threadpoolctl import threadpool_info, threadpool_limits

from descend.data.rows import Rows
from descend.losses import SquaredError
from descend.models import Linear
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import L1, L2
from descend.support.blas import one_thread


def threads():
    return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def _two_threads():
    with threadpool_limits(2, "blas"):
        yield


def assert_one_thread(X, y, penalty):
    """BLAS has one thread at each step of a fit."""
    seen, n_features = [], X.shape[1]
    untuned(
        EmpiricalRisk(Linear(n_features), SquaredError(), penalty, Rows(X, y)),
        np.zeros(n_features + 1),
        max_iter=10,
        tol=1e-12,
        random=np.random.default_rng(0),
        record=None,
        callback=lambda step: seen.append(threads()),
    )
    assert seen
    assert all(each == {1} for each in seen)


@pytest.mark.parametrize("penalty", [L2(0.1), L1(0.1)], ids=repr)
def test_a_fit_has_one_and_gives_back_what_was(penalty):
    random = np.random.default_rng(0)
    X = random.standard_normal((50, 3))
    y = X @ [[1.0], [2.0], [3.0]] + random.standard_normal((50, 1))
    assert_one_thread(X, y, penalty)
    assert threads() == {2}


def test_wide_sparse_rows_have_one_too_for_they_meet_in_small_matrices():
    random = np.random.default_rng(0)
    X = scipy.sparse.random_array((4_000, 3_000), density=0.002, format="csr", rng=random)
    y = X @ random.standard_normal((3_000, 1))
    assert_one_thread(X, y, L2(0.1))


def test_an_error_gives_back_what_was():
    with pytest.raises(KeyError), one_thread():
        raise KeyError
    assert threads() == {2}


def test_fits_in_one_another_share_the_limit():
    with one_thread():
        with one_thread():
            pass
        assert threads() == {1}
    assert threads() == {2}


def test_a_fit_that_outlasts_the_one_beside_it_leaves_no_limit():
    inside, ended = Event(), Event()

    def other():
        with one_thread():
            inside.set()
            assert ended.wait(timeout=10)

    with ThreadPoolExecutor(1) as pool:
        with one_thread():
            beside = pool.submit(other)
            assert inside.wait(timeout=10)
            assert threads() == {1}
        assert threads() == {2}
        ended.set()
        beside.result()
    assert threads() == {2}
