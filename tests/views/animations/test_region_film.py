"""Films of classifiers: what moves is what the record held."""

import base64
import json
import re

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import make_blobs

import descend
from descend.views.animations.region_film import RegionFilm

CENTRES = [[0, 0], [3, 1], [0, 3]]


def fitted(centres, **options):
    X, y = make_blobs(60, centers=centres, cluster_std=1.0, random_state=0)
    return descend.DescentClassifier(record="epoch", **options).fit(X, y), X, y


@pytest.mark.parametrize("count", [2, 3])
def test_each_instant_shows_the_classifier_of_that_step(count):
    model, X, y = fitted(CENTRES[:count])
    film = RegionFilm.of(model.descent_)
    assert film.missed(-1).sum() == (model.predict(X) != y).sum()
    w = model.descent_.points[1].reshape(-1, 3)
    z = X @ w[:, :2].T + w[:, 2]
    said = (z[:, 0] > 0).astype(int) if count == 2 else z.argmax(axis=1)
    np.testing.assert_array_equal(film.missed(1), said != y)
    assert len(film.movement()) == len(model.descent_.points) - 1


def test_the_page_holds_a_picture_a_boundary_and_the_missed_rows_of_each_frame():
    model, X, y = fitted(CENTRES)
    page = model.descent_.animate().page
    assert len(page) < 500_000
    content = json.loads(re.search(r'id="film">(.*?)</script>', page, re.DOTALL).group(1))
    regions = content["panels"][0]["regions"]
    frames = len(content["readout"])
    assert len(regions["lines"]) == len(regions["missed"]) == frames
    bits = np.unpackbits(np.frombuffer(base64.b64decode(regions["missed"][-1]), np.uint8))[:60]
    np.testing.assert_array_equal(bits.astype(bool), model.predict(X) != y)
    assert regions["classes"] == y.tolist()
    assert len({*zip(regions["colours"], regions["shapes"], strict=True)}) == 3
    assert "misclassified" in page


def test_frames_change_and_the_file_plays(tmp_path):
    model, _, _ = fitted(CENTRES[:2])
    with Image.open(model.descent_.animate(tmp_path / "film.gif", seconds=3)) as film:
        assert film.n_frames == len(model.descent_.points)
        first = np.asarray(film.convert("RGB"))
        film.seek(film.n_frames - 1)
        last = np.asarray(film.convert("RGB"))
    assert (first != last).any(axis=2).mean() > 0.1


def test_others_are_shown_as_before():
    X = np.random.default_rng(0).normal(size=(30, 3))
    of_three = descend.DescentClassifier().fit(X, X[:, 0] > 0).descent_
    regressor = descend.DescentRegressor().fit(X[:, :2], X[:, 2]).descent_
    for record in (of_three, regressor, descend.minimize("x^2 + y^2", [1, 2])):
        assert RegionFilm.of(record) is None
