"""Landscapes of many dimensions, against the definition, scikit-learn's PCA and PyTorch itself."""

import numpy as np
import pytest
import torch
from descents import CUBE, Function, descended
from sklearn.decomposition import PCA

import descend
from descend.experiments.landscapes.plane import OnPlane, Plane

RANDOM = np.random.default_rng(0)
BOWL = "(a - 1)^2 + 10*(b + a)^2 + (c - b)^2 + 3*(d - 2)^2"
PATH = descend.minimize(
    BOWL, [4.0, 3.0, 2.0, 1.0], optimizer="momentum", learning_rate=0.01, steps=40
)
ROWS, TARGETS = RANDOM.standard_normal((60, 3)), RANDOM.integers(0, 2, 60)


SPHERE = Function(lambda *w: sum(x * x for x in w), lambda *w: tuple(2 * x for x in w))


def network(**layers):
    torch.manual_seed(0)
    made = {
        "dense": lambda: [torch.nn.Linear(3, 5), torch.nn.Tanh(), torch.nn.Linear(5, 1)],
        "dropout": lambda: [torch.nn.Linear(3, 5), torch.nn.Dropout(0.5), torch.nn.Linear(5, 1)],
        "norm": lambda: [torch.nn.Linear(3, 5), torch.nn.BatchNorm1d(5), torch.nn.Linear(5, 1)],
        "frozen": lambda: [torch.nn.Linear(3, 5), torch.nn.Linear(5, 1).requires_grad_(False)],
        "convolution": lambda: [
            torch.nn.Unflatten(1, (1, 3)),
            torch.nn.Conv1d(1, 4, 2),
            torch.nn.Flatten(),
            torch.nn.Linear(8, 1),
        ],
    }
    return torch.nn.Sequential(*made[layers["kind"]]())


def risk_of(kind, *, train=False):
    data = (torch.tensor(ROWS).float(), torch.tensor(TARGETS).float()[:, None])
    return descend.ModuleRisk(network(kind=kind).train(train), torch.nn.BCEWithLogitsLoss(), data)


SUBJECTS = {
    "record": lambda: (PATH, PATH.objective, PATH.x),
    "formula": lambda: ("a^2 + b*c + c^2 + 2", None, [1.0, -1.0, 2.0]),
    "function": lambda: (lambda w: np.sum((w - 1) ** 2) + np.prod(w), None, np.arange(5.0)),
    "module": lambda: (risk_of("dense"), None, None),
    "convolution": lambda: (risk_of("convolution"), None, None),
    "frozen": lambda: (risk_of("frozen"), None, None),
    "classifier": lambda: (descend.DescentClassifier().fit(ROWS, TARGETS), None, None),
    "by batches": lambda: (
        descend.DescentRegressor(optimizer="adam", max_iter=8, tol=0.0, random_state=0).fit(
            ROWS, ROWS @ [1.0, 2.0, 3.0]
        ),
        None,
        None,
    ),
}


@pytest.mark.parametrize("directions", ["auto", "random", "given"])
@pytest.mark.parametrize("name", SUBJECTS)
def test_each_value_is_the_objective_at_its_point(name, directions):
    what, _, centre = SUBJECTS[name]()
    if directions == "given":
        d = len(descend.landscape(what, centre, points=2, directions="random").centre)
        directions = RANDOM.standard_normal((2, d))
    seen = descend.landscape(what, centre, points=7, directions=directions, seed=3)
    assert seen.values.shape == (7, 7)
    for row, column in ((0, 0), (3, 1), (6, 6), (2, 5)):
        point = seen.centre + seen.x[column] * seen.directions[0] + seen.y[row] * seen.directions[1]
        value = float(seen.objective.value(point.astype(seen.centre.dtype)))
        assert seen.values[row, column] == pytest.approx(value, rel=1e-5)


@pytest.mark.parametrize("d", [2, 3, 7, 40])
def test_principal_components_are_those_of_scikit_learn(d):
    points = np.cumsum(RANDOM.standard_normal((30, d)) * np.logspace(0, -1, d), axis=0)
    descent = descended(CUBE, [1, 2, 3], steps=29, names=[f"w{j}" for j in range(d)]).changed(
        points=points, x=points[-1], objective=SPHERE, values=(points**2).sum(axis=1)
    )
    seen = descend.landscape(descent, points=3)
    pca = PCA(2).fit(points)
    np.testing.assert_allclose(seen.explained_variance, pca.explained_variance_ratio_)
    np.testing.assert_allclose(np.abs(seen.directions @ pca.components_.T), np.eye(2), atol=1e-9)
    moved = pca.transform(points) - pca.transform(points[-1:])
    np.testing.assert_allclose(np.abs(seen.path.coordinates[:, 0]), np.abs(moved), atol=1e-9)
    # what is left out is the distance, and for the sphere the gap is known
    nearest = points[-1] + seen.path.coordinates[:, 0] @ seen.directions
    np.testing.assert_allclose(
        seen.path.gaps[:, 0], (nearest**2).sum(axis=1) - (points**2).sum(axis=1), atol=1e-9
    )
    np.testing.assert_allclose(
        seen.path.distances[:, 0], np.linalg.norm(points - nearest, axis=1), atol=1e-9
    )
    assert seen.path.end_gap == pytest.approx(0, abs=1e-9)
    assert abs(seen.path.largest_gap) == pytest.approx(np.abs(seen.path.gaps).max())


def test_coordinates_are_those_of_the_nearest_point():
    plane = Plane(RANDOM.standard_normal(6), RANDOM.standard_normal((2, 6)))
    points = RANDOM.standard_normal((9, 6))
    solved = [np.linalg.lstsq(plane.directions.T, p - plane.centre, rcond=None)[0] for p in points]
    np.testing.assert_allclose(plane.coordinates(points), solved)
    np.testing.assert_allclose(plane.coordinates(plane.points(np.array(solved))), solved)


def test_the_derivatives_on_a_plane_are_those_of_two_coordinates():
    on_plane = OnPlane(PATH.objective, Plane(PATH.x, RANDOM.standard_normal((2, 4))))
    w, v, step = np.array([0.3, -0.2]), np.array([1.0, 2.0]), 1e-5
    differences = [
        (on_plane.value(w + step * e) - on_plane.value(w - step * e)) / (2 * step)
        for e in np.eye(2)
    ]
    value, gradient = on_plane.value_and_gradient(w)
    assert value == pytest.approx(float(on_plane.value(w)))
    np.testing.assert_allclose(gradient, differences, rtol=1e-6)
    turned = [on_plane.value_and_gradient(w + s * step * v)[1] for s in (1, -1)]
    product = (turned[0] - turned[1]) / (2 * step)
    np.testing.assert_allclose(on_plane.hessian_product(w, v), product, rtol=1e-5)


@pytest.mark.parametrize("kind", ["dense", "convolution", "frozen"])
@pytest.mark.parametrize("normalization", ["filter", "tensor"])
def test_directions_are_as_long_as_the_centre_part_by_part(kind, normalization):
    risk = risk_of(kind)
    seen = descend.landscape(risk, points=2, directions="random", normalization=normalization)
    trained = [p for p in risk.module.parameters() if p.requires_grad]
    for direction in seen.directions:
        pieces = torch.split(torch.tensor(direction), [p.numel() for p in trained])
        for piece, weight in zip(pieces, trained, strict=True):
            own = weight.detach().double()
            whole = own.ndim < 2 or normalization == "tensor"
            rows = own.reshape(1 if whole else len(own), -1)
            lengths = piece.reshape(rows.shape).norm(dim=1)
            torch.testing.assert_close(lengths, rows.norm(dim=1))


@pytest.mark.parametrize("what", ["module", "record"])
def test_a_seed_gives_the_same_landscape_and_another_seed_another(what):
    subject = SUBJECTS[what]()[0]
    first, again, other = (
        descend.landscape(subject, directions="random", points=5, seed=seed).values
        for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).any()


def test_random_directions_of_vectors_have_length_one_and_a_right_angle():
    seen = descend.landscape(PATH, directions="random", points=2)
    np.testing.assert_allclose(seen.directions @ seen.directions.T, np.eye(2), atol=1e-12)


@pytest.mark.parametrize("kind", ["dense", "dropout", "norm", "convolution", "frozen"])
@pytest.mark.parametrize("train", [False, True])
def test_many_points_of_a_module_have_the_values_of_each_alone(kind, train):
    risk = risk_of(kind, train=train)
    points = risk.start + 0.1 * RANDOM.standard_normal((6, len(risk.start))).astype(np.float32)
    before = [buffer.clone() for buffer in risk.module.buffers()]
    torch.manual_seed(0)
    together = risk.value(points)
    assert together.shape == (6,)
    assert together.dtype == np.float32
    if not (train and kind == "dropout"):  # which draws anew at each call
        each = [float(risk.value(point)) for point in points]
        np.testing.assert_allclose(together, each, rtol=1e-5)
        blocks = risk.value(points.reshape(2, 3, -1))
        np.testing.assert_allclose(blocks.ravel(), each, rtol=1e-5)
    after = list(risk.module.buffers())
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_runs_that_left_are_seen_by_their_beginnings():
    descent = descend.minimize(
        BOWL, [4.0, 3.0, 2.0, 1.0], optimizer="sgd", learning_rate=0.2, steps=200
    )
    assert descent.status == "diverged"
    seen = descend.landscape(descent, points=9)
    assert np.isfinite(seen.values).all()
    assert max(map(abs, (*seen.x, *seen.y))) < 1e3


def test_several_runs_share_a_plane_through_the_best_end():
    descent = descend.minimize(BOWL, RANDOM.standard_normal((3, 4)), optimizer="adam", steps=30)
    seen = descend.landscape(descent, points=5)
    best = np.argmin(descent.best_fun)
    np.testing.assert_array_equal(seen.centre, descent.best_x[best])
    assert seen.path.coordinates.shape == (31, 3, 2)


def test_a_long_path_says_at_how_many_points_it_was_compared():
    descent = descended(CUBE, [1, 2, 3], 0.001, 2000, names="xyz")
    seen = descend.landscape(descent, points=3)
    assert seen.path.steps[0] == 0
    assert seen.path.steps[-1] == 2000
    assert "at 500 of 2,001 points" in repr(seen)


def test_what_is_told():
    seen = descend.landscape(PATH, points=11)
    told = repr(seen)
    assert "11 x 11 points on two directions in 4 dimensions" in told
    share = 100 * seen.explained_variance.sum()
    assert f"The two components hold {share:.3g} % of the path's variance." in told
    assert f"{seen.path.largest_gap:+.3g} where they differ most, 0 at the end" in told
    assert seen._repr_html_().count("<li>") == 4
    assert len(told) < 600


def test_a_record_read_from_a_file_has_its_formula_in_the_order_of_its_names(tmp_path):
    PATH.save(tmp_path / "path.npz")
    read = descend.Descent.load(tmp_path / "path.npz").changed(objective=None)
    seen = descend.landscape(read, points=5)
    np.testing.assert_allclose(seen.values, descend.landscape(PATH, points=5).values)


def test_where_there_is_no_value_there_is_none():
    seen = descend.landscape("log(a) + b^2 + c^2", [0.5, 0.0, 0.0], points=9, reach=1, seed=1)
    assert np.isnan(seen.values).any()
    assert f"At {np.isnan(seen.values).sum()} points there is no finite value" in repr(seen)


def test_progress_is_shown_on_standard_error(capsys):
    descend.landscape(PATH, points=5, progress=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    descend.landscape(PATH, points=5)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("what", "options", "message"),
    [
        ("x^2", {"centre": [1.0]}, "needs two parameters"),
        ("a*b*c", {}, "needs a point in its middle"),
        ("a*b*c", {"centre": [1.0, 2.0]}, "3 finite numbers"),
        (PATH, {"points": 1}, "whole number of 2 or more"),
        (PATH, {"points": 2.5}, "whole number"),
        (PATH, {"reach": 0}, "reach=0 must be"),
        (PATH, {"directions": "pca"}, 'must be "path", "random", or two vectors of 4'),
        (PATH, {"directions": np.ones((2, 3))}, "two vectors of 4 finite"),
        (PATH, {"directions": np.ones((2, 4))}, "parallel"),
        (PATH, {"directions": np.eye(4)[:2] * [[1], [0]]}, "length 0 leads nowhere"),
        (PATH, {"directions": "random", "normalization": "filter"}, "only a module has"),
        (PATH, {"normalization": "layer"}, 'must be "auto", "filter"'),
        (PATH.changed(points=None), {"directions": "path"}, 'run it again with record="all"'),
        (PATH.changed(objective=None, formula=None), {}, "does not know, as a file keeps"),
        (descend.DescentRegressor(), {}, "not fitted yet"),
        ("log(a) + b + c", {"centre": [-9.0, 0, 0], "reach": 0.1}, "finite nowhere on this plane"),
        (3, {}, "cannot be minimised"),
    ],
)
def test_what_cannot_be_evaluated_is_said_with_what_can(what, options, message):
    with pytest.raises(ValueError, match=message):
        descend.landscape(what, **options)


def test_all_parameters_zero_have_no_relative_directions():
    risk = risk_of("dense")
    with pytest.raises(ValueError, match="all parameters are 0"):
        descend.landscape(risk, np.zeros_like(risk.start))
    descend.landscape(risk, np.zeros_like(risk.start), normalization="unit", points=3)
