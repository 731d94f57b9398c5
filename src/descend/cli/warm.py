"""`descend warm`: what is compiled at first use, compiled ahead."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from descend.protocols import Optimizer

COMMON = ("sgd", "momentum", "adam", "saga")
"""The optimizers that are compiled if none is named."""


def warm(
    optimizer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help=f"An optimizer; again for more. By default {', '.join(COMMON)}."
        ),
    ] = None,
) -> None:
    """Compile the loops of some optimizers and keep them, so that no first fit waits for it.

    Numba keeps compiled loops in the folder that NUMBA_CACHE_DIR names, or beside the package: an
    image of a container or a continuous integration that runs this carries them.
    """
    from time import perf_counter

    from descend.kernels.row_order import compiled_fill
    from descend.optimizers import SAGA, SVRG, by_name
    from descend.optimizers.traits import is_elementwise

    chosen: list[tuple[str, Optimizer]] = [(name, by_name(name)) for name in optimizer or COMMON]
    for name, each in chosen:
        if not (isinstance(each, SAGA | SVRG) or is_elementwise(each)):
            raise ValueError(f"{name} steps by all coordinates at once: nothing of it is compiled")
    compiled_fill()  # else another process would, which ends with this one
    for name, each in chosen:
        started = perf_counter()
        _fit_all(each)
        print(f"{name}: compiled in {perf_counter() - started:.0f} s", flush=True)


def _fit_all(optimizer: "Optimizer") -> None:
    """Fit once with each loop that an optimizer has: by rows, by batches, dense and sparse."""
    import warnings
    from itertools import product

    import numpy as np
    import scipy.sparse

    from descend.estimators import DescentClassifier, DescentRegressor

    # so many rows that an epoch is compiled, and so few that it takes no time
    X = np.random.default_rng(0).standard_normal((20_000, 3))
    y = X.sum(axis=1)
    with warnings.catch_warnings():
        # one epoch is too short to converge
        warnings.simplefilter("ignore")
        for rows, size in product((X, scipy.sparse.csr_matrix(X)), (1, 32)):
            by_batches: dict[str, Any] = {"optimizer": optimizer, "batch_size": size}
            DescentRegressor(**by_batches, max_iter=1, tol=None).fit(rows, y)
            DescentClassifier(**by_batches, max_iter=1, tol=None).fit(rows, y > 0)
