"""Where a descent begins."""

import pytest

from descend.cli.functions.starts import named_start, starting_points


def test_a_start_may_be_named_counted_or_drawn_in_a_window():
    assert starting_points("x*y", "y=2,x=1", None, None, 0) == {"x": 1, "y": 2}
    assert starting_points("x*y", None, None, None, 0) == 20
    assert starting_points("x*y", None, 7, None, 0) == 7
    drawn = starting_points("x*y", None, 4, (-1, 1), 0)
    assert drawn.shape == (4, 2)
    assert abs(drawn).max() <= 1


def test_a_start_declares_words_as_variables():
    assert named_start("width**2 + x", "x=1, width=2") == {"x": 1, "width": 2}
    with pytest.raises(ValueError, match="unknown name 'width'"):
        named_start("width**2 + x", "x=1")
