"""Exponentials and sines of rows of numbers, eight or four at a time.

The argument is reduced to near zero, where a few terms of the Taylor series are exact to rounding,
and the result transformed back: exact to 2.5 units in the last place, and without branches, so that
LLVM computes several elements at once.
"""

from math import factorial, pi
from typing import Any

import numpy as np

from descend.kernels.dispatch import called

LARGEST_ANGLE = 5e5
"""Radians beyond which the parts of pi below are too short, and the system's sine is called."""

_QUARTERS_PER_RADIAN = 2 / pi
# pi/2 as a sum of 33, 33 and 53 bits: whole multiples of the first two are exact
_HALF_PI = tuple(
    map(float.fromhex, ("0x1.921fb544p+0", "0x1.0b4611a6p-34", "0x1.3198a2e037073p-69"))
)
_HALF_PI_1, _HALF_PI_2, _HALF_PI_3 = _HALF_PI

_LOG2 = tuple(map(float.fromhex, ("0x1.62e42feep-1", "0x1.a39ef35793c76p-33")))
_LOG2_1, _LOG2_2 = _LOG2
_PER_LOG2 = 1 / (_LOG2_1 + _LOG2_2)

# added to a number, it leaves the nearest whole number in the last bits
_ROUNDING = 1.5 * 2.0**52
_ROUNDING_BITS = int(np.float64(_ROUNDING).view(np.int64))

_EXPONENTIAL = tuple(1 / factorial(n) for n in range(13, 1, -1))
_SINE = tuple((-1) ** (n // 2) / factorial(n) for n in range(17, 2, -2))
_COSINE = tuple((-1) ** (n // 2) / factorial(n) for n in range(16, 3, -2))


# "contract" lets products and sums round once; no other reordering is allowed
@called(error_model="numpy", fastmath={"contract"})
def exponentials(x: Any, out: Any, n: Any, factor: Any) -> None:
    """Write `exp(factor * x)` to `out`, both rows, for the first `n` elements.

    `exp(y) = 2**k * exp(r)` with a whole `k` and `r` in [-log(2)/2, log(2)/2].
    """
    for i in range(n):
        y = factor * x[i]
        y = 710.0 if y > 710.0 else y
        y = -746.0 if y < -746.0 else y
        shifted = y * _PER_LOG2 + _ROUNDING
        k = shifted - _ROUNDING
        r = (y - k * _LOG2_1) - k * _LOG2_2
        series = _EXPONENTIAL[0]
        for coefficient in _EXPONENTIAL[1:]:
            series = series * r + coefficient
        series = series * r * r + r + 1.0
        exponent = np.float64(shifted).view(np.int64) - _ROUNDING_BITS
        # 2**k by halves, since k may be too large or too small for a single number
        half = exponent >> 1
        first = np.int64((half + 1023) << 52).view(np.float64)
        second = np.int64((exponent - half + 1023) << 52).view(np.float64)
        out[i] = series * first * second


@called(error_model="numpy", fastmath={"contract"})
def sines(x: Any, out: Any, n: Any, quarters: Any) -> None:
    """Write `sin(x + quarters * pi/2)` to `out`, both rows, for the first `n` elements.

    With 0 quarters it is the sine, with 1 the cosine. `x = k * pi/2 + r` with a whole `k` and `r`
    in [-pi/4, pi/4]; then it is the sine or the cosine of `r`, or minus that.
    """
    within = 0
    for i in range(n):
        within += abs(x[i]) <= LARGEST_ANGLE
    if within < n:
        for i in range(n):
            out[i] = np.cos(x[i]) if quarters else np.sin(x[i])
        return
    for i in range(n):
        shifted = x[i] * _QUARTERS_PER_RADIAN + _ROUNDING
        k = shifted - _ROUNDING
        r = ((x[i] - k * _HALF_PI_1) - k * _HALF_PI_2) - k * _HALF_PI_3
        square = r * r
        sine = _SINE[0]
        for coefficient in _SINE[1:]:
            sine = sine * square + coefficient
        sine = sine * square * r + r
        cosine = _COSINE[0]
        for coefficient in _COSINE[1:]:
            cosine = cosine * square + coefficient
        cosine = cosine * square * square + (1.0 - 0.5 * square)
        quarter = np.float64(shifted).view(np.int64) + quarters
        found = cosine if quarter & 1 else sine
        out[i] = -found if quarter & 2 else found
