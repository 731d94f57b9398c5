"""How much longer a fit takes that is watched on its page than one that nobody watches.

`python benchmarks/watching.py` prints, a row a fit, the microseconds of an epoch, and the ratio of
the watched to the unwatched: the median of pairs taken in turn, while a page asks for all news.
"""

import os
import subprocess
import sys
import time
import warnings

import numpy as np

from descend import DescentRegressor
from descend.playground.live import home

PAIRS = 9

FITS = {
    "200 x 5, sgd": (200, 5, {"optimizer": "sgd", "learning_rate": 1e-3, "max_iter": 3000}),
    "20,000 x 20, adam": (
        20_000, 20, {"optimizer": "adam", "learning_rate": 1e-4, "max_iter": 300},
    ),
    "20,000 x 50, momentum, all rows": (
        20_000, 50,
        {"optimizer": "momentum", "batch_size": "full", "learning_rate": 1e-3, "max_iter": 500},
    ),
    "500 x 10,000, sgd": (
        500, 10_000, {"optimizer": "sgd", "learning_rate": 1e-7, "max_iter": 60},
    ),
}  # fmt: skip

PAGE = """
import json, sys, urllib.request
from descend.playground.buffer import unpacked
base, token = sys.argv[1].split("/?room=live#token=")
headers = {"x-descend-token": token, "content-type": "application/json"}
known = {"since": -1}
while True:
    body = json.dumps({"run": None, **known}).encode()
    request = urllib.request.Request(f"{base}/api/watch", body, headers)
    header, _ = unpacked(urllib.request.urlopen(request).read())
    if header["is_over"]:
        break
    since = header["steps"][-1] if header["steps"] else known["since"]
    known = {name: header[name] for name in ("generation", "version", "newest")}
    known |= {"shown": header["run"], "since": since}
"""


def seconds(X: np.ndarray, y: np.ndarray, options: dict, verbose: object) -> float:
    """Return how long a fit takes."""
    began = time.perf_counter()
    DescentRegressor(tol=0, random_state=0, verbose=verbose, **options).fit(X, y)
    return time.perf_counter() - began


def main() -> None:
    """Print the table."""
    os.environ["DESCEND_BROWSER"] = "0"
    warnings.simplefilter("ignore")
    random = np.random.default_rng(0)
    page = None
    for name, (rows, columns, options) in FITS.items():
        X = random.standard_normal((rows, columns))
        y = X[:, 0] + random.standard_normal(rows)
        seconds(X, y, options, False)
        seconds(X, y, options, "live")
        if page is None:
            page = subprocess.Popen([sys.executable, "-c", PAGE, home._home.address])
            time.sleep(2)
        pairs = [[seconds(X, y, options, each) for each in (False, "live")] for _ in range(PAIRS)]
        alone, watched = np.array(pairs).T
        epoch = 1e6 * float(np.median(alone)) / options["max_iter"]
        print(f"{name:34} {epoch:10.0f} {float(np.median(watched / alone)):6.3f}", flush=True)


if __name__ == "__main__":
    main()
