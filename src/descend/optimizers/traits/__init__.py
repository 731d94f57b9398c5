"""What is known of an optimizer: stated by its class, or measured on its step."""

from descend.optimizers.traits.fixed_scale import FixedScale, linearised_step
from descend.optimizers.traits.measured import (
    depends_on_rate,
    effective_step_gain,
    is_scale_free,
    stable_rate,
)
from descend.optimizers.traits.stated import is_elementwise

__all__ = [
    "FixedScale", "depends_on_rate", "effective_step_gain", "is_elementwise", "is_scale_free",
    "linearised_step", "stable_rate",
]  # fmt: skip
