"""Block coordinate descent on a quadratic model with a norm of each block, compiled.

Along one block, whose curvature is `V @ diag(e) @ V.T` and the strength of whose norm is `s`, the
minimum of `v @ A @ v / 2 - b @ v + s * norm(v)` is zero if `norm(b) <= s`. Else it has the norm `r`
at which `norm(c / (r * e + s)) = 1` with `c = V.T @ b`, found by Newton's method from zero, whose
iterates rise to it. Z. Qin, K. Scheinberg and D. Goldfarb, Efficient block-coordinate descent
algorithms for the group lasso (2013).
"""

from typing import Any

import numpy as np

from descend.kernels.cache import kept
from descend.kernels.dispatch import OPTIONS

NEWTON_STEPS = 60


def sweep_blocks(
    H: Any, g: Any, w: Any, begins: Any, strengths: Any, values: Any, vectors: Any,
    damping: Any, share: Any, enough: Any, sweeps: Any,
) -> Any:  # fmt: skip
    """Minimise `g @ d + damping * d @ H @ d / 2 + sum(strengths * norms)` over `w + d`.

    The block `k` is from `begins[k]` to `begins[k + 1]`; `values` `(d,)` are the eigenvalues of its
    part of `H`, positive, and `vectors` its eigenvectors, one block's rows after the other's. The
    model's gradient `g` and the point `w`, `(d,)`, are updated in place. Return whether it
    converged: no block's move in a full sweep decreases the model by more than half of `enough`, or
    of a `share` of the largest in the first sweep.
    """
    blocks, size = strengths.shape[0], w.shape[0]
    active = np.ones(blocks, dtype=np.bool_)
    c, new = np.empty(size), np.empty(size)
    full, least = True, -1.0
    for _ in range(sweeps):
        gained, place = 0.0, 0
        for k in range(blocks):
            first, m = begins[k], begins[k + 1] - begins[k]
            own, place = place, place + m * m
            if not (full or active[k]):
                continue
            strength, squares = strengths[k], 0.0
            for i in range(m):
                # c = V.T @ (A @ w - g)
                along, slope = 0.0, 0.0
                for j in range(m):
                    along += vectors[own + j * m + i] * w[first + j]
                    slope += vectors[own + j * m + i] * g[first + j]
                c[i] = damping * values[first + i] * along - slope
                squares += c[i] * c[i]
            r = 0.0
            if squares > strength * strength:
                for _step in range(NEWTON_STEPS):
                    sum_, change = 0.0, 0.0
                    for i in range(m):
                        e = damping * values[first + i]
                        q = c[i] / (r * e + strength)
                        sum_ += q * q
                        change += q * q * e / (r * e + strength)
                    forward = (np.sqrt(sum_) - 1.0) * sum_ / change
                    r += forward
                    if abs(forward) <= 1e-15 * r:
                        break
            moved, fall = False, 0.0
            for j in range(m):
                new[j] = 0.0
                if r > 0.0:
                    for i in range(m):
                        e = damping * values[first + i]
                        new[j] += vectors[own + j * m + i] * r * c[i] / (r * e + strength)
                new[j] -= w[first + j]
                moved = moved or new[j] != 0.0
            if full:
                active[k] = moved
            if not moved:
                continue
            for i in range(m):
                along = 0.0
                for j in range(m):
                    along += vectors[own + j * m + i] * new[j]
                fall += damping * values[first + i] * along * along
            gained = max(gained, fall)
            for j in range(m):
                # a block that ends at zero is zero, whatever was rounded
                w[first + j] = w[first + j] + new[j] if r > 0.0 else 0.0
                damped = damping * new[j]
                for i in range(size):
                    g[i] += damped * H[first + j, i]
        if least < 0.0:
            least = max(enough, share * gained)
        small = gained <= least
        if full and small:
            return True
        full = small
    return False


cached_sweep_blocks = kept(sweep_blocks, nogil=True, **OPTIONS)
