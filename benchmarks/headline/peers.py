"""Snap ML, skglm, PyTorch and Vowpal Wabbit, if installed, in their best documented settings."""

import importlib.util
import io
import math
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from problems import Problem
from sklearn.datasets import dump_svmlight_file

from solvers import NEVER, Solver, Weights, estimator, is_sparse, weights

LIBRARIES = ("snapml", "skglm", "torch", "vowpalwabbit")


def installed(library: str) -> bool:
    return importlib.util.find_spec(library) is not None


def other_libraries(problem: Problem) -> Iterator[Solver]:
    """Yield every solver of other libraries that minimises the problem's objective."""
    ways = {"snapml": snap_ml, "skglm": skglm, "torch": pytorch, "vowpalwabbit": vowpal_wabbit}
    for library in LIBRARIES:
        if installed(library):
            yield from ways[library](problem)


def snap_ml(problem: Problem) -> Iterator[Solver]:
    """Yield Snap ML's dual coordinate descent on all threads, with a column for the intercept.

    The penalty on the intercept falls with the square of that column's number: 10 for all but the
    coarse rungs. The intercept that it returns is that column's weight.
    """
    if problem.l1_ratio or problem.loss not in ("log_loss", "hinge", "squared_error"):
        return
    import snapml

    def fit(problem: Problem, X: Any, tol: float) -> Weights:
        scaling = 1 if tol >= 1e-2 else 10
        options = {
            "regularizer": problem.alpha * len(problem.y), "n_jobs": os.cpu_count(), "tol": tol,
            "fit_intercept": True, "intercept_scaling": scaling, "max_iter": NEVER,
            "random_state": 0,
        }  # fmt: skip
        if problem.loss == "hinge":
            model = snapml.SupportVectorMachine(loss="hinge", **options)
        elif problem.loss == "log_loss":
            model = snapml.LogisticRegression(dual=True, **options)
        else:
            model = snapml.LinearRegression(dual=True, **options)
        w, b = weights(model.fit(X, problem.y))
        return w, b * scaling

    tols = (1e-1, 1e-2, 1e-3, 1e-4, 1e-6)
    yield Solver("Snap ML", "dual, all threads; tol", tols, fit)


def skglm(problem: Problem) -> Iterator[Solver]:
    """Yield skglm's coordinate descent, by Newton's models for the logistic and Poisson losses."""
    if problem.loss not in ("log_loss", "squared_error", "huber", "poisson"):
        return
    from skglm import GeneralizedLinearEstimator
    from skglm.datafits import Huber, Logistic, Poisson, Quadratic
    from skglm.penalties import L1_plus_L2
    from skglm.solvers import AndersonCD, ProxNewton

    def make(problem: Problem, tol: float) -> Any:
        datafit = {"log_loss": Logistic, "squared_error": Quadratic, "poisson": Poisson}
        fit = Huber(problem.threshold) if problem.loss == "huber" else datafit[problem.loss]()
        newton = problem.loss in ("log_loss", "poisson")
        solver = ProxNewton(tol=tol, max_iter=1_000) if newton else AndersonCD(tol=tol)
        return GeneralizedLinearEstimator(fit, L1_plus_L2(problem.alpha, problem.l1_ratio), solver)

    def columns(problem: Problem) -> Any:
        return problem.X.tocsc() if is_sparse(problem) else np.asfortranarray(problem.X)

    tols = (1e-1, 1e-2, 1e-3, 1e-4, 1e-6)
    yield estimator("skglm", "rows by columns in memory; tol", tols, make, columns)


def pytorch(problem: Problem) -> Iterator[Solver]:
    """Yield L-BFGS on all rows in float64, and fused Adam by batches in float32."""
    if problem.l1_ratio:
        return
    import torch
    import torch._dynamo  # its optimizers would load it at their first step

    iterations, epochs = (10, 20, 50, 100, 200, 1_000), (1, 3, 10, 30)

    def whole(problem: Problem) -> Any:
        y = torch.from_numpy(problem.y)
        if not is_sparse(problem):
            return torch.from_numpy(problem.X), None, y
        return csr(problem.X), csr(problem.X.T.tocsr()), y

    def csr(X: Any) -> Any:
        parts = [torch.from_numpy(part) for part in (X.indptr, X.indices, X.data)]
        return torch.sparse_csr_tensor(*parts, size=X.shape)

    def start(problem: Problem, dtype: Any) -> Any:
        shapes = (problem.X.shape[1], problem.classes), (problem.classes,)
        return [torch.zeros(shape, dtype=dtype, requires_grad=True) for shape in shapes]

    def lbfgs(problem: Problem, data: Any, rung: float) -> Weights:
        X, transposed, y = data
        point = start(problem, torch.float64)
        optimizer = torch.optim.LBFGS(
            point, max_iter=int(rung), tolerance_grad=1e-12, tolerance_change=0, history_size=20,
            line_search_fn="strong_wolfe",
        )  # fmt: skip

        def closure() -> Any:
            # autograd has no gradient by a sparse matrix's factor that would be as fast
            z = (X @ point[0].detach() + point[1].detach()).requires_grad_()
            loss = mean_loss(problem, z, y)
            (slope,) = torch.autograd.grad(loss, z)
            w = point[0].detach()
            back = X.T if transposed is None else transposed
            point[0].grad = back @ slope + problem.alpha * w
            point[1].grad = slope.sum(dim=0)
            return loss.detach() + 0.5 * problem.alpha * (w * w).sum()

        optimizer.step(closure)
        return point[0].detach().numpy().T, point[1].detach().numpy()

    yield Solver("PyTorch L-BFGS", "strong Wolfe search; iterations", iterations, lbfgs, whole)
    if is_sparse(problem):
        return

    def halved(problem: Problem) -> Any:
        return torch.from_numpy(problem.X).float(), torch.from_numpy(problem.y).float()

    def adam(problem: Problem, data: Any, rung: float) -> Weights:
        torch.manual_seed(0)
        X, y = data
        size = 256 if len(y) >= 20_000 else 32
        point = start(problem, torch.float32)
        steps = math.ceil(len(y) / size) * int(rung)
        optimizer = torch.optim.Adam(point, lr=1e-2, fused=True)
        rates = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        for _ in range(int(rung)):
            for chosen in torch.randperm(len(y)).split(size):
                optimizer.zero_grad()
                loss = mean_loss(problem, X[chosen] @ point[0] + point[1], y[chosen])
                (loss + 0.5 * problem.alpha * (point[0] ** 2).sum()).backward()
                optimizer.step()
                rates.step()
        return point[0].detach().numpy().T, point[1].detach().numpy()

    setting = "float32, 256 rows a step (32 of few), rate 0.01 to 0 by a cosine; epochs"
    yield Solver("PyTorch Adam", setting, epochs, adam, halved)


def mean_loss(problem: Problem, z: Any, y: Any) -> Any:
    """Return the mean of PyTorch's own loss."""
    from torch.nn import functional

    if problem.loss == "softmax":
        return functional.cross_entropy(z, y.long())
    z = z[:, 0]
    if problem.loss == "hinge":
        return functional.relu(1 - (2 * y - 1) * z).mean()
    if problem.loss == "huber":
        return functional.huber_loss(z, y, delta=problem.threshold)
    losses: dict[str, Callable[..., Any]] = {
        "log_loss": functional.binary_cross_entropy_with_logits,
        "poisson": functional.poisson_nll_loss,
        "squared_error": lambda z, y: 0.5 * functional.mse_loss(z, y),
    }
    return losses[problem.loss](z, y)


def vowpal_wabbit(problem: Problem) -> Iterator[Solver]:
    """Yield Vowpal Wabbit's L-BFGS over its own cache, whose making is not counted."""
    if problem.loss != "log_loss" or not is_sparse(problem):
        return
    from vowpalwabbit import pyvw

    def cached(problem: Problem) -> str:
        folder = Path(tempfile.mkdtemp(prefix="headline"))
        text = io.BytesIO()
        dump_svmlight_file(problem.X, 2 * problem.y - 1, text)
        lines = (b"\n" + text.getvalue()).replace(b"\n1 ", b"\n1 | ").replace(b"\n-1 ", b"\n-1 | ")
        (folder / "rows.vw").write_bytes(lines[1:])
        run(f"-d {folder}/rows.vw --cache_file {folder}/rows.cache -k --passes 1").finish()
        (folder / "rows.vw").unlink()
        return f"{folder}/rows.cache"

    def run(arguments: str) -> Any:
        learner = pyvw.Workspace(
            f"{arguments} -b 18 --loss_function logistic --holdout_off --quiet"
        )
        learner.run_parser()
        return learner

    def fit(problem: Problem, cache: str, rung: float) -> Weights:
        learner = run(
            f"--cache_file {cache} --bfgs --termination 0 --passes {int(rung)} "
            f"--l2 {problem.alpha * len(problem.y)} --no_bias_regularization"
        )
        constant = 11650396 & ((1 << 18) - 1)
        w = [learner.get_weight(j) for j in range(problem.X.shape[1])]
        found = np.asarray([w]), np.asarray([learner.get_weight(constant)])
        learner.finish()
        return found

    yield Solver("Vowpal Wabbit", "L-BFGS over its cache; passes", (5, 10, 20, 40, 80), fit, cached)
