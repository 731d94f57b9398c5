"""What a step costs: nanoseconds a coordinate, beside PyTorch (plain and fused) and optax (jitted).

    python benchmarks/optimizers.py [adam sgd ...]
    OMP_NUM_THREADS=1 python benchmarks/optimizers.py

All step with the same gradient in float32, in place where the library can. Ours is the compiled
step that `descend.minimize` takes with long vectors, by two threads where PyTorch has them. Runs
are interleaved; medians are printed.
"""

import statistics
import sys
import time
from collections.abc import Callable

import jax
import numpy as np
import optax
import torch

from descend.kernels.dispatch import in_precision
from descend.optimizers import by_name
from descend.solvers.updates import step_in_place

SIZES = (100, 10_000, 1_000_000)
REPEATS = 15
RATE = 1e-3

# name: PyTorch's class, its options, optax's
PEERS = {
    "adam": (torch.optim.Adam, {}, optax.adam),
    "adamw": (torch.optim.AdamW, {}, optax.adamw),
    "adagrad": (torch.optim.Adagrad, {}, optax.adagrad),
    "momentum": (torch.optim.SGD, {"momentum": 0.9}, lambda rate: optax.sgd(rate, momentum=0.9)),
    "sgd": (torch.optim.SGD, {}, optax.sgd),
}


def ours(name: str, g: np.ndarray) -> Callable[[], None]:
    optimizer = in_precision(by_name(name), g.dtype)
    w = np.zeros_like(g)
    memory = tuple(np.zeros_like(g) for _ in optimizer.memory)
    rate, t = np.float32(RATE), 0.0

    def step() -> None:
        nonlocal t
        t += 1
        step_in_place(optimizer, w, g, memory, rate, t)

    return step


def of_torch(name: str, g: np.ndarray, fused: bool) -> Callable[[], None]:
    kind, options, _ = PEERS[name]
    w = torch.zeros(len(g))
    w.grad = torch.from_numpy(g)
    optimizer = kind([w], lr=RATE, fused=fused, **options)
    return lambda: optimizer.step() and None


def of_optax(name: str, g: np.ndarray) -> Callable[[], None]:
    transform = PEERS[name][2](RATE)
    w = jax.numpy.zeros(len(g))
    state, gradient = transform.init(w), jax.numpy.asarray(g)

    @jax.jit
    def advance(w, g, state):
        updates, state = transform.update(g, state, w)
        return optax.apply_updates(w, updates), state

    def step() -> None:
        nonlocal w, state
        w, state = advance(w, gradient, state)
        w.block_until_ready()

    return step


def nanoseconds(size: int, *steps: Callable[[], None]) -> list[float]:
    """Return the median times a coordinate, interleaved, after a round that does not count."""
    calls = max(5, min(2000, 2_000_000 // size))
    times: list[list[float]] = [[] for _ in steps]
    for repeat in range(REPEATS + 1):
        for own, step in zip(times, steps, strict=True):
            begin = time.perf_counter()
            for _ in range(calls):
                step()
            if repeat:
                own.append((time.perf_counter() - begin) / calls / size * 1e9)
    return [statistics.median(own) for own in times]


def main(names: list[str]) -> None:
    head = " ".join(f"{each:>8}" for each in ("ours", "torch", "fused", "optax"))
    print(f"nanoseconds a coordinate, float32; PyTorch has {torch.get_num_threads()} threads")
    print(f"{'optimizer':10} {'size':>9} {head}  fused / ours")
    for name in names:
        for size in SIZES:
            g = np.random.default_rng(0).standard_normal(size).astype(np.float32)
            row = nanoseconds(
                size,
                ours(name, g),
                of_torch(name, g, False),
                of_torch(name, g, True),
                of_optax(name, g),
            )
            told = " ".join(f"{each:8.3f}" for each in row)
            print(f"{name:10} {size:9,} {told}  {row[2] / row[0]:8.1f}")


if __name__ == "__main__":
    main(sys.argv[1:] or list(PEERS))
