"""How long the playground's page waits for its answers, from a server in a process of its own.

`python benchmarks/playground.py` prints milliseconds from request to answer: the first after the
server says its address, and the median of the next; then again once the compiled loops are loaded.
"""

import json
import math
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

import numpy as np

REPEATS = 7
LOADING_SECONDS = 120

BALLS = np.random.default_rng(0).uniform(-2, 2, (50, 2)).tolist()

REQUESTS = {
    "function, 160 x 160": ("function", {"formula": "himmelblau"}),
    **{
        f"50 balls x 1,000 steps, {name}": (
            "runs",
            {
                "formula": "rosenbrock",
                "starts": BALLS,
                "optimizers": [{"name": name}],
                "rate": rate,
                "steps": 1000,
            },
        )
        for name, rate in (("sgd", 2e-4), ("momentum", 2e-4), ("adam", 0.01))
    },
    "map, 200 x 200 x 500 steps": (
        "map",
        {
            "formula": "(5x^2 + y^2)/2",
            "start": [1, 1],
            "optimizer": {"name": "momentum"},
            "parameter": "mu",
            "rates": [0.001, 4],
            "parameters": [0, 0.99],
            "width": 200,
            "height": 200,
            "steps": 500,
        },
    ),
    **{
        f"basins, 200 x 200 x 500 steps, rate {rate}": (
            "basins",
            {
                "formula": "himmelblau",
                "optimizer": {"name": "sgd"},
                "rate": rate,
                "width": 200,
                "height": 200,
                "steps": 500,
            },
        )
        for rate in (0.002, "auto")
    },
}


def main() -> None:
    command = [sys.executable, "-m", "descend", "playground", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address, _, token = server.stdout.readline().split()[4].partition("#token=")
            measure(address, token, "after the start")
            wait_for_loops(address, token)
            measure(address, token, "with loops loaded")
        finally:
            server.terminate()


def measure(address: str, token: str, when: str) -> None:
    print(f"{when:44} {'first':>9} {'median':>9} ms")
    for label, (kind, fields) in REQUESTS.items():
        waited = [asked(address, token, kind, fields) for _ in range(REPEATS)]
        print(f"  {label:42} {waited[0]:9.1f} {statistics.median(waited[1:]):9.1f}")


def asked(address: str, token: str, kind: str, fields: dict) -> float:
    """Return the milliseconds from a request to its whole answer."""
    request = urllib.request.Request(
        f"{address}api/{kind}",
        json.dumps(fields).encode(),
        {"content-type": "application/json", "x-descend-token": token},
    )
    began = time.perf_counter()
    try:
        with urllib.request.urlopen(request) as answer:
            answer.read()
    except urllib.error.HTTPError:  # without its compiled loop a map may take too long
        return math.nan
    return 1e3 * (time.perf_counter() - began)


def wait_for_loops(address: str, token: str) -> None:
    """Wait until Adam's loop, the last of those asked for, is loaded: its code says so."""
    _, fields = REQUESTS["50 balls x 1,000 steps, adam"]
    deadline = time.monotonic() + LOADING_SECONDS
    while time.monotonic() < deadline:
        request = urllib.request.Request(
            f"{address}api/code",
            json.dumps(fields).encode(),
            {"content-type": "application/json", "x-descend-token": token},
        )
        with urllib.request.urlopen(request) as answer:
            if "Compiled(" in json.load(answer)["code"]:
                return
        time.sleep(1)


if __name__ == "__main__":
    main()
