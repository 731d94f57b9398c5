"""The names of other libraries beside ours: all of them exist."""

import csv
import re
from pathlib import Path

import optax
import pytest
import scipy.optimize
import sklearn.linear_model
import sklearn.neural_network
import torch
from optax import contrib

import descend

FILE = Path(__file__).parents[2] / "docs" / "elsewhere.csv"
ROWS = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))

# what is no name of a library's, in the columns
OWN = {"descend": descend, "optimizers": descend.optimizers, "rates": descend.rates}
OWN |= {"losses": descend.losses, "penalties": descend.penalties}


def found(name, *modules):
    """Return what a dotted name, with arguments or without, means in one of the modules."""
    dotted = name.partition("(")[0]
    for module in modules:
        value = module
        for part in dotted.split("."):
            value = getattr(value, part, None)
        if value is not None:
            return value
    raise AssertionError(f"there is no {dotted}")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["descend"])
def test_names_exist(row):
    ours = row["descend"]
    if "." in ours:
        eval(ours, dict(OWN))  # it is made as it stands
    else:
        assert ours in descend.__all__
    if row["PyTorch"]:
        found(row["PyTorch"], torch.optim, torch.optim.lr_scheduler, torch.nn, torch)
    if row["optax"]:
        found(row["optax"], optax, contrib)
    if row["scikit-learn"]:
        found(row["scikit-learn"], sklearn.linear_model, sklearn.neural_network)
    if row["SciPy"]:
        found(row["SciPy"], scipy.optimize)


def test_each_row_names_another_library():
    for row in ROWS:
        assert None not in row, row
        assert any(value for name, value in row.items() if name != "descend"), row


COMPARISON = (FILE.parent / "comparison.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "option", re.findall(r"`([A-Z]\w+\(.*?\))`", COMPARISON), ids=lambda option: option
)
def test_options_exist(option):
    eval(option, vars(descend.optimizers).copy())
