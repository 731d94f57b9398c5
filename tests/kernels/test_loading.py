"""Loading Numba leaves Python's collection of garbage as it was."""

import gc

import pytest

from descend import kernels


@pytest.mark.parametrize("collecting", [True, False])
def test_the_collection_of_garbage_goes_on_as_before(collecting: bool) -> None:
    before = gc.isenabled()
    (gc.enable if collecting else gc.disable)()
    try:
        kernels._load_numba()
        assert gc.isenabled() == collecting
    finally:
        (gc.enable if before else gc.disable)()
