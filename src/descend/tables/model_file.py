"""The file that holds a fitted model."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any, get_args

import numpy as np

from descend import __version__
from descend.data.columns import Columns
from descend.losses import CLASSIFICATION, REGRESSION
from descend.support.files import replacing
from descend.support.numbers import finite_or_nan
from descend.tables.linear_model import LabelKind, LinearModel

FORMAT = "descend model"
VERSION = 2


def write_model(model: LinearModel, file: str | os.PathLike[str]) -> None:
    """Write the model as JSON, whole or not at all."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "descend": __version__,
        "task": model.task,
        "target": model.target,
        "loss": model.loss,
        "classes": list(model.classes),
        "labels": model.label_kind,
        "columns": model.columns.to_json(),
        **model.weights_by_name(),
        "trained": model.trained,
    }
    text = json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False)
    with replacing(file) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")


def read_model(file: str | os.PathLike[str]) -> LinearModel:
    """Read a model that `write_model` wrote; a ValueError if it is broken, or a newer version's."""
    path = Path(file)
    if not path.exists():
        raise FileNotFoundError(f"there is no model file {str(file)!r}")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{str(file)!r} is no model of descend: it is not JSON") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(f'{str(file)!r} is no model of descend: its "format" is not "{FORMAT}"')
    if content.get("version") != VERSION:
        raise ValueError(
            f"{str(file)!r} is of version {content.get('version')!r}, and descend {__version__}"
            f" reads version {VERSION}: install the descend that wrote it"
        )
    try:
        return _model(content)
    except KeyError as error:
        raise ValueError(f"{str(file)!r} is a broken model: it has no {error}") from error
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{str(file)!r} is a broken model: {error}") from error


def _model(content: dict[str, Any]) -> LinearModel:
    """Return a model from its JSON, checked."""
    task, target, loss = content["task"], content["target"], content["loss"]
    classes, trained = content["classes"], content["trained"]
    if not isinstance(target, str) or not isinstance(trained, dict):
        raise ValueError("'target' must be a text and 'trained' a dictionary")
    if task not in ("regression", "classification"):
        raise ValueError(f"unknown 'task' {task!r}")
    if not isinstance(loss, str) or loss not in (
        REGRESSION if task == "regression" else CLASSIFICATION
    ):
        raise ValueError(f"unknown 'loss' {loss!r}")
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise ValueError("'classes' must be a list of texts")
    if (task == "classification") != (len(classes) >= 2) or len(set(classes)) < len(classes):
        raise ValueError("'classes' do not fit the task")
    label_kind = content["labels"]
    if label_kind not in get_args(LabelKind) or not _are_labels(classes, label_kind):
        raise ValueError(f"'labels' {label_kind!r} do not fit the classes")
    columns = Columns.from_json(content["columns"])
    rows, intercepts = content["coefficients"], content["intercept"]
    if len(classes) > 2:
        rows, intercepts = _in_order(rows, classes), _in_order(intercepts, classes)
    else:
        rows, intercepts = [rows], [intercepts]
    weights = [_in_order(row, columns.encoded_names) for row in rows]
    return LinearModel(
        task,
        target,
        loss,
        columns,
        np.array([[_finite(weight) for weight in row] for row in weights]),
        np.array([_finite(intercept) for intercept in intercepts]),
        tuple(classes),
        label_kind,
        trained,
    )


def _are_labels(classes: list[str], kind: LabelKind) -> bool:
    """Say whether classes can be read as numbers, booleans or texts."""
    if kind == "number":
        return all(math.isfinite(finite_or_nan(name)) for name in classes)
    return kind == "text" or set(classes) <= {"true", "false"}


def _in_order(stored: Any, names: Any) -> list[Any]:
    """Return the entries of a dictionary that must have exactly these names."""
    if not isinstance(stored, dict) or set(stored) != set(names):
        raise ValueError("the names of its weights do not fit its columns and classes")
    return [stored[name] for name in names]


def _finite(number: Any) -> float:
    """Return a finite number, or refuse what is none."""
    if type(number) not in (int, float) or not math.isfinite(number):
        raise ValueError(f"{number!r} is no finite number")
    return float(number)
