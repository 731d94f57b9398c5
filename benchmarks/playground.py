"""How long the playground's page waits for its answers, from a server in a process of its own.

`python benchmarks/playground.py questions` prints milliseconds from request to answer: the first
after the server says its address, and the median of the next; then again once the compiled loops
are loaded. `python benchmarks/playground.py optimizers` prints a row an optimizer, for 50 balls and
1,000 steps: how long the page waits for balls to roll when it is chosen first, at the next move of
a slider, and for all their steps; then for the first and for all steps once its loop is loaded:
medians of three servers.
"""

import json
import math
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from descend.objectives import as_problem
from descend.optimizers import by_name
from descend.playground import catalogue
from descend.playground.buffer import unpacked
from descend.playground.descents import has_compiled
from descend.rates import Constant
from descend.solvers.array_loop import ArrayLoop

REPEATS = 7
SERVERS = 3
COLUMNS = ("first", "next", "all steps", "loaded", "all, loaded")
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
    if sys.argv[1:] == ["questions"]:
        with server() as asked_at:
            measure(*asked_at, "after the start")
            wait_for_loop(*asked_at, "adam")  # the last of those asked for
            measure(*asked_at, "with loops loaded")
    elif sys.argv[1:] == ["optimizers"]:
        measure_optimizers()
    else:
        sys.exit(__doc__)


@contextmanager
def server() -> Iterator[tuple[str, str]]:
    """Yield the address of a server that has just started, and its token."""
    command = [sys.executable, "-m", "descend", "playground", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address, _, token = process.stdout.readline().split()[4].partition("#token=")
            yield address, token
        finally:
            process.terminate()


def measure_optimizers() -> None:
    """Print how long each optimizer's balls take to roll, as the page asks for them."""
    names = [each["name"] for each in catalogue.catalogue()["optimizers"]]
    waited = np.empty((SERVERS, len(names), len(COLUMNS)))
    for row in waited:
        with server() as asked_at:
            for column in (0, 1):
                row[:, column] = [asked(*asked_at, "runs", preview_of(name)) for name in names]
            row[:, 2] = [asked(*asked_at, "runs", balls_of(name)) for name in names]
            for name in names:
                wait_for_loop(*asked_at, name)
            row[:, 3] = [asked(*asked_at, "runs", preview_of(name)) for name in names]
            row[:, 4] = [asked(*asked_at, "runs", balls_of(name)) for name in names]
    print(f"{'optimizer':20}", *(f"{column:>14}" for column in COLUMNS), "ms")
    for name, row in zip(names, np.median(waited, axis=0), strict=True):
        print(f"{name:20}", *(f"{each:14.0f}" for each in row))


def balls_of(name: str) -> dict:
    """Return the question for 50 balls and 1,000 steps by an optimizer, at its usual rate."""
    rates = {each["name"]: each["rate"] for each in catalogue.catalogue()["optimizers"]}
    return {
        "formula": "himmelblau",
        "starts": BALLS,
        "optimizers": [{"name": name}],
        "rate": "auto" if rates[name] is None else rates[name],
        "steps": 1000,
    }


def preview_of(name: str) -> dict:
    """Return what the page asks first, so that balls roll."""
    return {**balls_of(name), "preview": True}


def measure(address: str, token: str, when: str) -> None:
    print(f"{when:44} {'first':>9} {'median':>9} ms")
    for label, (kind, fields) in REQUESTS.items():
        waited = [asked(address, token, kind, fields) for _ in range(REPEATS)]
        print(f"  {label:42} {waited[0]:9.1f} {statistics.median(waited[1:]):9.1f}")


def asked(address: str, token: str, kind: str, fields: dict) -> float:
    """Return the milliseconds from a request to its whole answer."""
    began = time.perf_counter()
    try:
        answered(address, token, kind, fields)
    except urllib.error.HTTPError:  # without its compiled loop a map may take too long
        return math.nan
    return 1e3 * (time.perf_counter() - began)


def answered(address: str, token: str, kind: str, fields: dict) -> bytes:
    """Return what the server answers."""
    request = urllib.request.Request(
        f"{address}api/{kind}",
        json.dumps(fields).encode(),
        {"content-type": "application/json", "x-descend-token": token},
    )
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def wait_for_loop(address: str, token: str, name: str) -> None:
    """Wait until an optimizer's loop is loaded, if it has one: its answers say so."""
    starts, problem = np.ones((2, 2)), as_problem("x^2 + y^2")
    if not has_compiled(ArrayLoop(by_name(name), Constant(0.01)), problem, starts, 2):
        return
    deadline = time.monotonic() + LOADING_SECONDS
    while name in uncompiled(address, token, name):
        if time.monotonic() > deadline:
            raise TimeoutError(f"the loop of {name} was not loaded in {LOADING_SECONDS} s")
        time.sleep(0.2)


def uncompiled(address: str, token: str, name: str) -> list[str]:
    """Return which optimizers NumPy still steps, of the one that is asked for."""
    fields = {"formula": "x^2 + y^2", "starts": [[1, 1], [2, 1]], "rate": 0.01, "steps": 2}
    answer = answered(address, token, "runs", {**fields, "optimizers": [{"name": name}]})
    return unpacked(answer)[0]["uncompiled"]


if __name__ == "__main__":
    main()
