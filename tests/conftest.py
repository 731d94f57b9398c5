"""What has to be settled before the first import of a library that reads its environment once."""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Generator

import pytest

# Each session compiles anew, into a folder that its workers share; .ci/run names one that all its
# sessions share, which test the same sources.
_KERNELS = os.environ.get("DESCEND_TESTS_KERNELS")
_IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
if not _IS_WORKER:
    os.environ["NUMBA_CACHE_DIR"] = _KERNELS or tempfile.mkdtemp(prefix="descend-numba-")
# the workers take all the cores there are; what is set outside is meant (.ci/run tries two threads)
for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")
# without it scikit-learn skips its check of other array types
os.environ["SCIPY_ARRAY_API"] = "1"
# child processes draw without a screen, too
os.environ["MPLBACKEND"] = "Agg"
# nobody looks at a browser
os.environ["DESCEND_BROWSER"] = "0"
# what Python and pytest make of hundreds of sources is kept, whatever is set outside: for the other
# worker, the processes that tests start, and the next session
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_configure(config: pytest.Config) -> None:
    """Draw the same examples in each session, but for those with a seed of their own (.ci/run).

    How long an example takes tells of what else the machine does.
    """
    # imported once the environment is set
    from hypothesis import settings

    is_seeded = config.getoption("hypothesis_seed", None) is not None
    settings.register_profile("suite", derandomize=not is_seeded, deadline=None)
    settings.load_profile("suite")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among what is collected: a million objects, and all of them stay."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure() -> None:
    """Remove the session's compiled loops, if they are its own."""
    if not _IS_WORKER and not _KERNELS:
        shutil.rmtree(os.environ["NUMBA_CACHE_DIR"], ignore_errors=True)
