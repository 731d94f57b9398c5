"""Pictures chosen by name, as a verb of records and sweeps."""

import pytest
from matplotlib.figure import Figure

import descend
from descend import views
from descend.views.choice import OF_RECORDS, OF_SWEEPS

RUNS = descend.minimize(
    "x^2 + 5*y^2", [[1, 1], [2, 1]], optimizer="sgd", learning_rate=0.05, steps=9
)

CLASSES = descend.DescentClassifier().fit([[0.0, 1], [1, 0], [0, 2], [2, 0]], [0, 1, 1, 0]).descent_

FIT = descend.DescentRegressor().fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 4.0]).descent_


@pytest.mark.parametrize("view", OF_RECORDS)
def test_every_view_of_a_record_is_drawn_by_its_name(view):
    one = view in ("tangent", "level_line", "slices")
    of_classes = view in ("confusion_matrix", "decision_regions")
    of_fits = view in ("fit", "fit_by_step", "predictions")
    record = CLASSES if of_classes else FIT if of_fits else RUNS.run(0) if one else RUNS
    figure = record.plot(view=view, title="told")
    assert isinstance(figure, Figure)
    assert figure.get_suptitle() == "told"
    assert view in views.__all__


@pytest.mark.parametrize("view", OF_SWEEPS)
def test_every_view_of_a_sweep_is_drawn_by_its_name(view):
    result = descend.sweep(
        "sphere", [1, 1], optimizer="momentum", learning_rate=[0.1, 0.2],
        hyper={"mu": [0, 0.5]}, steps=90, record="all",
    )  # fmt: skip
    assert result.plot(view=view, title="told").get_suptitle() == "told"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"view": "surfase"}, "did you mean 'surface'.*auto, compare, confusion_matrix, contours"),
        ({"view": "?"}, "there are auto, compare"),
        ({"view": "side_by_side", "ax": Figure().subplots()}, "takes no ax"),
        ({"view": "contours", "log": True}, "takes no log"),
    ],
)
def test_refusals(options, told):
    with pytest.raises(ValueError, match=told):
        RUNS.plot(**options)
