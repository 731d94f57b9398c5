"""What was measured on: processor, memory, versions, and the commit."""

import datetime
import importlib.metadata
import platform
import subprocess
from pathlib import Path

import psutil

PACKAGES = (
    "descend", "numpy", "scipy", "scikit-learn", "numba", "snapml", "skglm", "torch",
    "vowpalwabbit",
)  # fmt: skip


def machine() -> dict[str, object]:
    """Return what the numbers depend on; packages that are not installed are left out."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": psutil.cpu_count(),
        "gigabytes": round(psutil.virtual_memory().total / 1e9),
        "python": platform.python_version(),
        "versions": {name: each for name in PACKAGES if (each := version(name))},
        "commit": commit(),
        "date": datetime.date.today().isoformat(),
    }


def version(package: str) -> str | None:
    if package == "descend":
        import descend

        return descend.__version__
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def commit() -> str:
    """Return the last commit that touched what is measured."""
    asked = ["git", "log", "-1", "--format=%h", "--", "src", "benchmarks/headline"]
    root = Path(__file__).parents[2]
    return subprocess.run(asked, cwd=root, capture_output=True, text=True).stdout.strip()


def memory_refusal(name: str, share: float) -> str:
    """Return why a problem of growth is not measured: its rows would take a third of the memory."""
    kind, _, size = name.partition("_")
    if kind not in ("rows", "columns") or not size.isdigit():
        return ""
    n, d = (int(size) * share, 20) if kind == "rows" else (20_000 * share, int(size))
    most, needed = psutil.virtual_memory().available / 3, 8 * n * d
    if needed <= most:
        return ""
    return f"the rows take {needed / 1e9:.1f} GB, more than a third of the memory that is free"
