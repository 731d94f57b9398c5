"""Ten thousand runs of Adam at once: seconds, beside JAX (vmap and scan, jitted).

    python benchmarks/sweep.py [sines rosenbrock ...]

Each measures 1,000 steps of 10,000 runs on a landmark from random starts in its window, float64,
on all cores. "warm" is a call in a process that has made it before. "fresh" is the first call in a
new process that has loaded the libraries (JAX and its devices; SymPy, Numba and its tables): JAX
traces and compiles the function, we read the formula and load the compiled loops from disk. "first"
is the same with no compiled loops on disk, which happens once a machine. Warm calls are
interleaved; medians are printed. The differences of the values at the ends after 100 steps say
that both walk the same way.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

RUNS, STEPS, REPEATS, PROCESSES = 10_000, 1_000, 7, 3
RATE = 0.01
NAMES = ("sines", "rosenbrock", "himmelblau")


def starts(name: str) -> np.ndarray:
    from descend import landmarks

    (left, right), (low, high) = landmarks.landmark(name).window
    return np.random.default_rng(0).uniform((left, low), (right, high), (RUNS, 2))


def ours(name: str, start: np.ndarray, steps: int) -> np.ndarray:
    import descend

    options = {"optimizer": "adam", "learning_rate": RATE, "tol": 0.0, "record": None}
    return descend.minimize(name, start, steps=steps, **options).fun


def of_jax(name: str, start: np.ndarray, steps: int) -> np.ndarray:
    return np.asarray(_compiled_by_jax(name, steps)(start))


_JITTED = {}


def _compiled_by_jax(name: str, steps: int):
    import jax
    import jax.numpy as jnp

    functions = {
        "sines": lambda w: jnp.sin(w[0]) * jnp.sin(w[1]),
        "rosenbrock": lambda w: (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2,
        "himmelblau": lambda w: (w[0] ** 2 + w[1] - 11) ** 2 + (w[0] + w[1] ** 2 - 7) ** 2,
    }
    f = functions[name]

    def run(w):
        def step(state, t):
            w, mean, square = state
            g = jax.grad(f)(w)
            mean = 0.9 * mean + 0.1 * g
            square = 0.999 * square + 0.001 * g * g
            unbiased = mean / (1 - 0.9**t)
            w = w - RATE * unbiased / (jnp.sqrt(square / (1 - 0.999**t)) + 1e-8)
            return (w, mean, square), None

        times = jnp.arange(1.0, steps + 1.0)
        (w, _, _), _ = jax.lax.scan(step, (w, jnp.zeros(2), jnp.zeros(2)), times)
        return f(w)

    if (name, steps) not in _JITTED:
        _JITTED[name, steps] = jax.jit(jax.vmap(run))
    return _JITTED[name, steps]


SIDES = {"ours": ours, "jax": of_jax}


def timed(side: str, name: str, start: np.ndarray) -> float:
    begin = time.perf_counter()
    SIDES[side](name, start, STEPS)
    return time.perf_counter() - begin


def use_jax() -> None:
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.devices()  # sets up its threads


def use_ours() -> None:
    import numba

    import descend

    descend.minimize("x^2", [1.0], steps=1)  # loads SymPy
    numba.njit(_one)()  # loads Numba's tables


def _one() -> int:
    return 1


def first_call(side: str, name: str) -> None:
    """Print the seconds of the first call in this process."""
    start = starts(name)
    if side == "jax":
        use_jax()
    else:
        use_ours()
    print(json.dumps(timed(side, name, start)))


def in_fresh_processes(side: str, name: str, cache: str) -> list[float]:
    """Return the seconds of first calls, the compiled loops being kept in a folder."""
    command = [sys.executable, __file__, "--first-call", side, name]
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
    return [
        json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
        for _ in range(PROCESSES)
    ]


def main(names: list[str]) -> None:
    use_jax()
    told = ("ours warm", "jax warm", "jax/ours", "ours fresh", "jax fresh", "jax/ours")
    print(f"{RUNS:,} runs of {STEPS:,} steps of Adam on {os.cpu_count()} cores: seconds")
    print(f"{'':12}" + "".join(f"{each:>12}" for each in (*told, "ours first", "difference")))
    for name in names:
        start = starts(name)
        times: dict[str, list[float]] = {side: [] for side in SIDES}
        for repeat in range(REPEATS + 1):
            for side in SIDES:
                seconds = timed(side, name, start)
                if repeat:
                    times[side].append(seconds)
        warm, jax_warm = (statistics.median(times[side]) for side in SIDES)
        with tempfile.TemporaryDirectory() as cache:
            first, *fresh = in_fresh_processes("ours", name, cache)
            jax_fresh = statistics.median(in_fresh_processes("jax", name, cache))
        again = statistics.median(fresh)
        apart = np.abs(ours(name, start, 100) - of_jax(name, start, 100)).max()
        row = (warm, jax_warm, jax_warm / warm, again, jax_fresh, jax_fresh / again, first, apart)
        print(f"{name:12}" + "".join(f"{each:12.3g}" for each in row))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=NAMES)
    parser.add_argument("--first-call", metavar="SIDE", choices=SIDES)
    given = parser.parse_args()
    if given.first_call:
        first_call(given.first_call, *given.names)
    else:
        main(given.names)
