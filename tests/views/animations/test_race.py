"""The film of a race has the colours of its key, and refuses what it cannot show."""

import numpy as np
import pytest
from PIL import Image, ImageColor

import descend
from descend import views
from descend.views.figures.style import CROWD, RACERS

ALIKE = 4
"""As far as Pillow's own rounding of colours goes."""


@pytest.mark.parametrize(
    ("formula", "start", "options"),
    [
        ("(1 - x)^2 + 100*(y - x^2)^2", [-1.2, 1.0], {}),
        ("(1 - x)^2 + 100*(y - x^2)^2", [-1.2, 1.0], {"surface": False}),
        ("x^4 - 3*x^2 + x/2", [1.9], {}),
        ("x^2 + y^2 + z^2", [1.0, 2.0, 3.0], {"window": None}),
    ],
    ids=["surface", "map", "curve", "values"],
)
def test_the_ten_best_have_the_colours_of_the_key_from_first_to_last(
    formula, start, options, tmp_path
):
    race = descend.race(formula, start, steps=12)
    file = race.animate(tmp_path / "r.gif", seconds=0.4, frames_per_second=5, **options)
    with Image.open(file) as film:
        for index in (0, film.n_frames - 1):
            film.seek(index)
            pixels = np.array([colour for _, colour in film.convert("RGB").getcolors(2**24)])
            for colour in (*RACERS, CROWD):
                away = np.abs(pixels - ImageColor.getrgb(colour)).max(axis=1)
                assert away.min() <= ALIKE, colour


def test_what_cannot_be_shown_is_refused(tmp_path):
    race = descend.race("x^2", [1.0], optimizers=["sgd"], steps=3)
    with pytest.raises(ValueError, match="needs two variables, and here is one"):
        race.animate(tmp_path / "r.gif", surface=True)
    with pytest.raises(ValueError, match=r"\.gif"):
        views.animate_race(race, tmp_path / "r.png")
    with pytest.raises(ValueError, match="a race without optimizers has no picture"):
        views.animate_race(race._replace(entries=()), tmp_path / "r.gif")
    assert not list(tmp_path.iterdir())
