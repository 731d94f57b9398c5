"""What has to be settled before the first import of a library that reads its environment once."""

import os
import shutil
import tempfile

# Numba does not see that a class changed under a loop compiled before: each session compiles anew
_CACHE = tempfile.mkdtemp(prefix="descend-numba-")
os.environ["NUMBA_CACHE_DIR"] = _CACHE
# without it scikit-learn skips its check of other array types
os.environ["SCIPY_ARRAY_API"] = "1"
# child processes draw without a screen, too
os.environ["MPLBACKEND"] = "Agg"


def pytest_unconfigure() -> None:
    """Remove the session's compiled loops."""
    shutil.rmtree(_CACHE, ignore_errors=True)
