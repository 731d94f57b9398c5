"""What a step costs: nanoseconds a coordinate, beside PyTorch (plain and fused) and optax (jitted).

    python benchmarks/optimizers.py [--double] [adam sgd ...]
    OMP_NUM_THREADS=1 python benchmarks/optimizers.py

All step with the same gradient, in float32 or, with `--double`, float64, in place where the library
can. Ours is the compiled step as `descend.minimize` takes it with long vectors, by as many threads
as PyTorch has. Runs are interleaved; medians are printed, and for the longest vectors the least
times, too, which a busy machine disturbs less.
"""

import statistics
import sys
import time
from collections.abc import Callable

import jax
import numpy as np
import optax
import torch

from descend.optimizers import by_name
from descend.solvers.updates import CompiledSteps

SIZES = (100, 10_000, 1_000_000)
REPEATS = 15
SETTLING = 3
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
    optimizer, update = by_name(name), CompiledSteps()
    rows = g[None]
    w = np.zeros_like(rows)
    memory = tuple(np.zeros_like(rows) for _ in optimizer.memory)
    rate, t = np.full(1, RATE, dtype=g.dtype), 0

    def step() -> None:
        nonlocal w, memory, t
        t += 1
        w, memory = update(optimizer, w, rows, memory, rate, t)

    return step


def of_torch(name: str, g: np.ndarray, fused: bool) -> Callable[[], None]:
    kind, options, _ = PEERS[name]
    w = torch.zeros(len(g), dtype=torch.from_numpy(g).dtype)
    w.grad = torch.from_numpy(g)
    optimizer = kind([w], lr=RATE, fused=fused, **options)
    return lambda: optimizer.step() and None


def of_optax(name: str, g: np.ndarray) -> Callable[[], None]:
    transform = PEERS[name][2](RATE)
    w = jax.numpy.zeros(len(g), dtype=g.dtype)
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


def nanoseconds(size: int, *steps: Callable[[], None]) -> list[list[float]]:
    """Return the times a coordinate of each, interleaved, after a round that does not count.

    Nor do the first steps of each turn: threads of the one before may still wait for more work.
    """
    calls = max(20, min(2000, 2_000_000 // size))
    times: list[list[float]] = [[] for _ in steps]
    for repeat in range(REPEATS + 1):
        for own, step in zip(times, steps, strict=True):
            for _ in range(SETTLING):
                step()
            begin = time.perf_counter()
            for _ in range(calls):
                step()
            if repeat:
                own.append((time.perf_counter() - begin) / calls / size * 1e9)
    return times


def main(names: list[str], kind: type) -> None:
    head = " ".join(f"{each:>8}" for each in ("ours", "torch", "fused", "optax"))
    threads = torch.get_num_threads()
    print(f"nanoseconds a coordinate, {kind.__name__}; PyTorch has {threads} threads")
    print(f"{'optimizer':10} {'size':>9} {head}  fused / ours")
    for name in names:
        for size in SIZES:
            g = np.random.default_rng(0).standard_normal(size).astype(kind)
            times = nanoseconds(
                size,
                ours(name, g),
                of_torch(name, g, False),
                of_torch(name, g, True),
                of_optax(name, g),
            )
            kinds = {"": statistics.median, "(least)": min}
            for told, of in kinds.items() if size == SIZES[-1] else [("", statistics.median)]:
                row = [of(own) for own in times]
                each = " ".join(f"{own:8.3f}" for own in row)
                print(f"{name:10} {size:9,} {each}  {row[2] / row[0]:8.1f} {told}")


if __name__ == "__main__":
    double = "--double" in sys.argv
    jax.config.update("jax_enable_x64", double)
    given = [name for name in sys.argv[1:] if name != "--double"]
    main(given or list(PEERS), np.float64 if double else np.float32)
