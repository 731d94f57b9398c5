"""Every control of the line, in a browser, against the real server."""

import numpy as np
import pytest
from playground_pages import colours, slide

pytestmark = pytest.mark.thorough

ROOM = "?room=line&points=-1,-2;0,1;1,2;2,5;3,6.5&steps=30&rate=0.05"


def control(page, label):
    return page.get_by_label(label, exact=True)


CHANGES = [
    ("Degree", lambda c: slide(c, 2 / 8), lambda q: q["degree"] == 3),
    ("Across", lambda c: c.select_option("2"), lambda q: q["parameters"] == [2, 1]),
    ("Up", lambda c: c.select_option("2"), lambda q: q["parameters"] == [1, 2]),
    ("Degree, as a number", lambda c: (c.fill("1"), c.blur()), lambda q: q["degree"] == 1 and q["parameters"] == [0, 1]),
    ("Scale the powers of x", lambda c: c.check(), lambda q: q["scaling"] is True),
    ("Loss", lambda c: c.select_option("huber"), lambda q: q["loss"] == "huber"),
    ("Learning rate", lambda c: slide(c, 0.5), lambda q: q["rate"] == pytest.approx(10**-2.5, rel=0.02)),
    ("Find a rate that works", lambda c: c.check(), lambda q: q["rate"] == "auto"),
    ("Find a rate that works", lambda c: c.uncheck(), lambda q: q["rate"] != "auto"),
    ("Optimizer", lambda c: c.select_option("momentum"), lambda q: q["optimizer"]["name"] == "momentum"),
    ("Momentum μ", lambda c: slide(c, 0.25), lambda q: q["optimizer"]["parameters"]["mu"] == pytest.approx(0.25, rel=0.02)),
    ("Batch size", lambda c: c.select_option("one"), lambda q: q["batch_size"] == 1),
    ("Seed of the noise", lambda c: slide(c, 1.0), lambda q: q["seed"] == 99),
    ("Batch size", lambda c: c.select_option("some"), lambda q: q["batch_size"] == 10),
    ("Points a batch, as a number", lambda c: (c.fill("3"), c.blur()), lambda q: q["batch_size"] == 3),
    ("Batch size", lambda c: c.select_option("full"), lambda q: q["batch_size"] == "full"),
    ("Steps, as a number", lambda c: (c.fill("12"), c.blur()), lambda q: q["steps"] == 12),
    ("Point 2, y", lambda c: (c.fill("-3"), c.blur()), lambda q: q["points"][1] == [0, -3]),
    ("Remove point 1", lambda c: c.click(), lambda q: q["points"][0] == [0, -3]),
    ("Example", lambda c: c.select_option("parabola"), lambda q: len(q["points"]) == 100),
]  # fmt: skip


def test_each_control_asks_for_what_it_shows(visit):
    opened = visit(ROOM)
    opened.settled()
    for label, act, is_asked in CHANGES:
        act(control(opened.page, label))
        opened.settled()
        assert is_asked(opened.last("line")), (label, opened.last("line"))


def test_the_closed_form_and_the_condition_number_are_shown(visit):
    opened = visit(ROOM)
    x, y = np.array([[-1, -2], [0, 1], [1, 2], [2, 5], [3, 6.5]]).T
    slope, intercept = np.polyfit(x, y, 1)
    cells = opened.page.locator(".area-parameters tbody tr td:last-child").all_text_contents()
    shown = sorted(float(cell.replace("−", "-")) for cell in cells)
    assert shown == pytest.approx(sorted([slope, intercept]), abs=1e-4)
    given, scaled = opened.page.locator(".condition dd").all_text_contents()
    assert float(given) > float(scaled) == 1


def test_points_are_added_dragged_and_removed_with_the_pointer(visit):
    opened = visit(ROOM)
    page = opened.page
    stage = page.locator(".scatter")
    opened.settled()
    stage.click(position={"x": 200, "y": 60})
    opened.settled()
    assert len(opened.last("line")["points"]) == 6
    box = stage.bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 90, steps=5)
    page.mouse.up()
    opened.settled()
    moved = opened.last("line")["points"]
    assert len(moved) == 6
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Remove all").click()
    page.get_by_text("Two points or more make a fit.").wait_for()


def test_a_file_of_columns_becomes_points(visit, tmp_path):
    rows = "\n".join(f"{i},{2 * i + 1},{9 - i}" for i in range(12))
    (tmp_path / "table.csv").write_text(f"a,b,c\n{rows}\n")
    opened = visit(ROOM)
    page = opened.page
    control(page, "CSV file").set_input_files(tmp_path / "table.csv")
    control(page, "Column for y").wait_for()
    opened.settled()
    assert opened.last("line")["points"][1] == [1, 8]
    control(page, "Column for y").select_option("b")
    opened.settled()
    assert opened.last("line")["points"][1] == [1, 3]


def test_a_file_without_numbers_is_refused_beside_the_field(visit, tmp_path):
    (tmp_path / "words.csv").write_text("a,b\nx,y\nz,w\n")
    opened = visit(ROOM)
    control(opened.page, "CSV file").set_input_files(tmp_path / "words.csv")
    error = opened.page.locator("details .error", has_text="no column of numbers")
    error.wait_for()


def test_fit_and_loss_surface_move_together(visit):
    opened = visit(ROOM)
    page = opened.page
    page.get_by_role("button", name="To the end").click()
    opened.shows(".now", "30 of 30")
    ends = [page.locator(each).screenshot() for each in (".scatter", ".contour")]
    assert all(colours(page.locator(each)) > 30 for each in (".scatter", ".contour"))
    page.get_by_role("button", name="To the start").click()
    opened.shows(".now", "0 of 30")
    starts = [page.locator(each).screenshot() for each in (".scatter", ".contour")]
    assert all(end != start for end, start in zip(ends, starts, strict=True))


def test_the_start_is_typed_put_and_dragged(visit):
    opened = visit(ROOM)
    page = opened.page
    opened.settled()
    assert opened.last("line")["start"] is None
    page.locator("summary", has_text="Start").click()
    for name, value in (("c0", "9"), ("c1", "-10")):
        field = control(page, f"Start of {name}")
        field.fill(value)
        field.blur()
        opened.settled()
    assert opened.last("line")["start"] == [9, -10]
    page.get_by_role("button", name="To the start").click()
    assert page.locator(".area-parameters tbody td").first.text_content() == "9.0000"
    assert "start=9,-10" in opened.search()
    again = visit(opened.search())
    assert again.last("line")["start"] == [9, -10]
    stage = page.locator(".contour")
    stage.click(position={"x": 150, "y": 90})
    opened.settled()
    put = opened.last("line")["start"]
    assert put != [9, -10]
    stage.scroll_into_view_if_needed()
    stage.focus()
    for key in ["ArrowRight"] * 3 + ["Enter"]:
        page.keyboard.press(key)
    opened.settled()
    assert opened.last("line")["start"] not in ([9, -10], put)
    page.keyboard.press("Delete")
    opened.settled()
    assert opened.last("line")["start"] is None


def test_a_start_that_is_held_keeps_the_surface_under_it(visit):
    opened = visit(ROOM)
    page = opened.page
    page.locator(".contour").focus()
    asked = []
    for key in ["Enter", "Enter", "ArrowRight", "Enter"]:  # put, picked up, moved, put down
        page.keyboard.press(key)
        opened.settled()
        asked.append(opened.last("line"))
    put, _, held, down = asked
    assert (put["window"] is None, held["window"] is None, down["window"] is None) == (
        True, False, True,
    )  # fmt: skip
    assert held["start"][0] > put["start"][0]
    assert down["start"] == held["start"]


@pytest.mark.parametrize(("count", "is_told"), [(150, False), (1000, True), (1001, True)])
def test_points_are_in_the_link_or_it_is_said_that_they_are_not(visit, tmp_path, count, is_told):
    rows = [(round(i / 7, 3), round((i * 37 % 101) / 3, 3)) for i in range(count)]
    (tmp_path / "many.csv").write_text("x,y\n" + "\n".join(f"{x},{y}" for x, y in rows))
    opened = visit(ROOM)
    control(opened.page, "CSV file").set_input_files(tmp_path / "many.csv")
    control(opened.page, "Column for y").wait_for()
    opened.settled()
    asked = opened.last("line")["points"]
    assert len(asked) == count
    search = opened.search()
    said = opened.page.locator(".more .hint").text_content()
    assert bool(said) == is_told
    if count > 1000:
        assert "leave the points out" in said
        assert "points=" not in search
        return
    again = visit(search)
    np.testing.assert_allclose(again.last("line")["points"], asked, rtol=1e-6)


def test_the_code_of_a_fit_is_shown(visit):
    opened = visit(ROOM)
    tops = "[...document.querySelectorAll('.area-share > .row button')].map(each => each.offsetTop)"
    assert len(set(opened.page.evaluate(tops))) == 1  # on one row
    opened.page.get_by_role("button", name="Python code").click()
    code = opened.page.locator("dialog pre")
    code.wait_for()
    assert "EmpiricalRisk(Linear(1)" in code.text_content()
