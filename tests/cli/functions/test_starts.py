"""Where a descent begins."""

import pytest

from descend.cli.functions.starts import STARTS, named_start, posed_with_start


def test_a_start_may_be_named_counted_or_drawn_in_a_window():
    assert posed_with_start("x*y", "y=2,x=1", None, None)[1:] == ({"x": 1, "y": 2}, None)
    assert posed_with_start("x*y", None, None, None)[1:] == (None, STARTS)
    problem, point, count = posed_with_start("x*y", None, 4, (-1, 1))
    assert (problem.window, point, count) == (((-1, 1), (-1, 1)), None, 4)


def test_a_start_declares_words_as_variables():
    assert posed_with_start("width**2 + x", "x=1, width=2", None, None)[0].names == ("x", "width")
    with pytest.raises(ValueError, match="the start lacks width"):
        posed_with_start("width**2 + x", "x=1", None, None)


def test_a_start_is_given_once():
    with pytest.raises(ValueError, match="twice"):
        named_start("x=1,x=2")
