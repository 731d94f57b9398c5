"""Why a descent converged, stopped, diverged or stalled, in plain sentences."""

from descend.diagnosis.record import Diagnosis
from descend.diagnosis.runs import diagnose

__all__ = ["Diagnosis", "diagnose"]
