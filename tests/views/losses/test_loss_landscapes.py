"""Pictures of landscapes of many dimensions: what they hold and say."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d.axes3d import Axes3D

import descend
from descend import views
from descend.views.figures.style import MINUS, new_figure

BOWL = "(a - 1)^2 + 10*(b + a)^2 + (c - b)^2 + 3*(d - 2)^2"
PATH = descend.minimize(
    BOWL, [4.0, 3.0, 2.0, 1.0], optimizer="momentum", learning_rate=0.01, steps=400
)
SEEN = descend.landscape(PATH, points=21)


@pytest.mark.parametrize(
    ("surface", "kind"), [(None, Figure), (False, Axes), (True, Axes3D)], ids=str
)
@pytest.mark.parametrize("what", [PATH, SEEN, "model"], ids=["record", "numbers", "model"])
def test_the_picture_is_of_both_or_of_one(what, surface, kind):
    if what == "model":
        rows = np.random.default_rng(0).standard_normal((50, 3))
        what = descend.DescentRegressor().fit(rows, rows @ [1.0, 2.0, 3.0])
    drawn = views.landscape(what, surface=surface)
    assert isinstance(drawn, kind)
    axes = drawn.axes[:2] if isinstance(drawn, Figure) else [drawn]
    assert [ax.name for ax in axes] == {
        None: ["3d", "rectilinear"],
        False: ["rectilinear"],
        True: ["3d"],
    }[surface]


def test_the_map_holds_the_path_its_shares_and_its_gap():
    ax = SEEN.plot(surface=False)
    shares = [
        f"principal component {i + 1}: {100 * SEEN.explained_variance[i]:.3g} % of variance"
        for i in range(2)
    ]
    assert [ax.get_xlabel(), ax.get_ylabel()] == shares
    path = max((line.get_xydata() for line in ax.lines), key=len)
    np.testing.assert_allclose(path, SEEN.path.coordinates[:, 0])
    assert (ax.get_xlim(), ax.get_ylim()) == (
        (SEEN.x[0], SEEN.x[-1]),
        (SEEN.y[0], SEEN.y[-1]),
    )
    assert ax.get_title(loc="left").startswith(f"value drawn {MINUS} true: largest ")
    assert ax.get_title(loc="left").endswith("at the end 0")
    assert PATH.status == "converged"
    assert "minimum" in ax.get_legend_handles_labels()[1]


def test_given_axes_choose_the_kind():
    figure = new_figure(9, 4)
    flat, deep = figure.add_subplot(1, 2, 1), figure.add_subplot(1, 2, 2, projection="3d")
    assert views.landscape(SEEN, ax=flat, title="mine") is flat
    assert views.landscape(SEEN, ax=deep) is deep
    assert flat.get_title(loc="left") == "mine"
    with pytest.raises(ValueError, match="three dimensions"):
        views.landscape(SEEN, ax=flat, surface=True)


def test_it_is_a_view_of_records_by_name():
    assert isinstance(PATH.plot(view="landscape"), Figure)
    with pytest.raises(ValueError, match=r"views\.landscape"):
        PATH.plot(view="contours")
