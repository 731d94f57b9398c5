"""The widgets in a real browser: drawn, playing, shut off from the notebook and from the network."""

import pytest
from notebook_cells import Notebook
from playground_pages import colours, slide
from playwright.sync_api import expect

import descend
from descend.playground.records import packed_record
from descend.playground.widgets import Page, RecordPage

pytestmark = pytest.mark.thorough

HILL = "?formula=(5x^2 + y^2)/2&starts=-2,2.5&window=-3,3;-3,3&optimizer=sgd&rate=0.1&steps=40"


@pytest.fixture
def notebook(browser):
    opened = []

    def go(**look):
        opened.append(Notebook(browser, **look))
        return opened[-1]

    yield go
    for each in opened:
        each.close()


def record(what="x^2 + 3*y^2", start=((1, 2), (-1, 1)), **options):
    options = {"optimizer": "sgd", "learning_rate": 0.1, "steps": 30, **options}
    return RecordPage(packed_record(descend.minimize(what, start, **options)))


def test_the_playground_answers_in_a_cell(notebook):
    page = notebook()
    cell = page.show(Page(HILL))
    cell.locator(".sentence strong").wait_for()
    page.page.wait_for_timeout(500)
    for stage in (".contour", ".surface", ".chart"):
        assert colours(cell.locator(stage)) > 30, stage
    assert "/api/runs" in {asked["path"] for asked in page.asked}
    slide(cell.get_by_label("Learning rate", exact=True), 0.8)
    cell.locator(".bound-text", has_text="above").wait_for()
    cell.get_by_label("Formula").fill("x^2 + (y")
    cell.get_by_text("never closed").wait_for()
    cell.get_by_label("Formula").fill("x^4 - x^2")
    cell.locator(".curve").wait_for()
    page.until("models[0].state.query.includes('x^4')")
    cell.get_by_role("button", name="Python code").click()
    assert "descend.minimize" in cell.locator("dialog pre").text_content()
    cell.get_by_role("button", name="Close").click()
    with page.page.expect_download() as download:
        cell.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename == "descend.csv"
    assert cell.get_by_role("button", name="Copy link").count() == 0


def test_rooms_and_lessons_stay_in_the_cell(notebook):
    page = notebook()
    cell = page.show(Page(""))
    cell.get_by_role("link", name="Line", exact=True).click()
    cell.get_by_role("heading", name="Fit a line").wait_for()
    cell.locator("input[type=file]").set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": b"u,v\n0,1\n1,3\n2,4\n3,9\n"}
    )
    cell.get_by_label("Point 4, y").wait_for(state="attached")
    assert cell.get_by_label("Point 4, y").input_value() == "9"
    cell.get_by_role("link", name="Lessons").click()
    cell.get_by_role("link", name="Unstable").click(modifiers=["Control"])
    cell.get_by_role("heading", name="Lessons").wait_for()
    cell.get_by_role("link", name="Unstable").click()
    cell.locator(".bound-text", has_text="▲").wait_for()
    assert len(page.context.pages) == 1
    assert page.page.url == "about:blank"


def test_a_record_is_drawn_and_plays_without_a_kernel(notebook):
    page = notebook()
    cell = page.show(record())
    cell.locator(".sentence strong").wait_for()
    page.page.wait_for_timeout(300)
    for stage in (".contour", ".surface", ".chart"):
        assert colours(cell.locator(stage)) > 30, stage
    now = cell.locator(".now")
    expect(now).to_have_text("30 of 30")
    cell.get_by_role("button", name="One step back").click()
    expect(now).to_have_text("29 of 30")
    cell.get_by_role("button", name="To the start").click()
    before = cell.locator(".contour").screenshot()
    cell.get_by_role("button", name="Play", exact=True).click()
    cell.get_by_role("button", name="Play", exact=True).wait_for()
    expect(now).to_have_text("30 of 30")
    assert cell.locator(".contour").screenshot() != before
    cell.locator("summary", has_text="Numbers").click()
    expect(cell.locator(".area-table tbody tr")).to_have_count(31)
    cell.locator(".area-table").get_by_role("button", name="7", exact=True).click()
    expect(now).to_have_text("7 of 30")
    cell.locator(".runs").get_by_role("button").nth(1).click()
    assert page.asked == []
    # as high as what it shows: nothing scrolls within
    sizes = cell.locator("html").evaluate("html => [html.scrollHeight, innerHeight]")
    assert sizes[0] <= sizes[1] + 1


KINDS = {
    "one variable": (lambda: record("x^4 - x^2", 1.0), ".curve"),
    "every third": (lambda: record(record=3), ".contour"),
    "values": (lambda: record(record="values"), ".chart"),
    "many variables": (lambda: record(lambda w: (w**2).sum(), [1.0] * 20), ".chart"),
    "diverged": (lambda: record(learning_rate=9.0), ".contour"),
    "no step": (lambda: record(steps=0), ".contour"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_record_is_drawn(notebook, kind):
    make, stage = KINDS[kind]
    cell = notebook().show(make())
    cell.locator(".sentence strong").wait_for()
    cell.locator("summary", has_text="Numbers").click()
    cell.locator(".area-table tbody tr").first.wait_for()
    assert colours(cell.locator(stage)) > 15
    if kind == "every third":
        assert cell.locator(".now").text_content() == "30 of 30"
        cell.get_by_role("button", name="One step back").click()
        assert cell.locator(".now").text_content() == "27 of 30"


@pytest.mark.parametrize(("ground", "is_dark"), [("#ffffff", False), ("#111111", True)])
def test_a_cell_is_as_dark_as_its_notebook_and_follows_it(notebook, ground, is_dark):
    page = notebook(ground=ground)
    cell = page.show(record())
    dark = "matchMedia('(prefers-color-scheme: dark)').matches"
    cell.locator(".sentence strong").wait_for()
    assert cell.locator("body").evaluate(dark) == is_dark
    page.page.evaluate("document.body.style.background = '#808080'")
    page.page.evaluate(f"document.body.style.background = {'#fff' if is_dark else '#000'!r}")
    page.until(f"frames[0].{dark} !== {str(is_dark).lower()}")


def test_styles_and_keys_stay_on_their_side(notebook):
    page = notebook()
    page.page.evaluate(
        "() => { window.keys = 0; addEventListener('keydown', () => { keys += 1; }, true); }"
    )
    look = (
        "getComputedStyle(document.querySelector('p')).color + getComputedStyle(document.body).font"
    )
    before = page.page.evaluate(look)
    cell = page.show(Page(HILL))
    cell.locator(".sentence strong").wait_for()
    assert page.page.evaluate(look) == before
    button = cell.get_by_role("button", name="Play", exact=True).or_(
        cell.get_by_role("button", name="Pause")
    )
    assert button.evaluate("each => getComputedStyle(each).borderTopWidth") != "9px"
    cell.locator("main").focus()
    for key in ("d", "d", "a", "Escape", " ", "ArrowDown"):
        page.page.keyboard.press(key)
    cell.get_by_label("Formula").press("b")
    assert page.page.evaluate("keys") == 0


def test_cells_are_independent_and_end_cleanly(notebook):
    page = notebook()
    first, second = page.show(Page(HILL)), page.show(Page("?formula=beale&optimizer=adam"))
    third = page.show(record())
    for cell in (first, second, third):
        cell.locator(".sentence strong").wait_for()
    third.get_by_role("button", name="To the start").click()
    assert third.locator(".now").text_content() == "0 of 30"
    first.get_by_role("button", name="To the end").click()
    assert first.locator(".now").text_content() == "40 of 40"
    assert third.locator(".now").text_content() == "0 of 30"
    second.get_by_role("button", name="Play", exact=True).or_(
        second.get_by_role("button", name="Pause")
    ).wait_for()
    page.page.evaluate(
        """() => {
            const inside = frames[1];
            window.lost = 0;
            inside.document.querySelector(".surface canvas").addEventListener("webglcontextlost", () => { lost += 1; });
            window.gl = inside.document.querySelector(".surface canvas").getContext("webgl2");
            ends[1]();
        }"""
    )
    assert page.page.locator("iframe").count() == 2
    page.until("gl.isContextLost()")
    assert page.page.evaluate("models[1].listeners.size") == 0
    assert page.page.evaluate("models[0].listeners.size") == 1
    first.get_by_role("button", name="To the start").click()
    assert first.locator(".now").text_content() == "0 of 40"


def test_a_cell_that_is_moved_begins_again_where_it_was(notebook):
    page = notebook()
    cell = page.show(Page(HILL))
    cell.locator(".sentence strong").wait_for()
    cell.get_by_label("Formula").fill("x^2 + y^2 + 7")
    page.until("models[0].state.query.includes('7')")
    page.page.evaluate("document.body.prepend(document.querySelector('.cell'))")
    cell.locator(".sentence strong").wait_for()
    assert cell.get_by_label("Formula").input_value() == "x^2 + y^2 + 7"
    assert page.page.evaluate("models[0].listeners.size") == 1


def test_a_kernel_that_does_not_answer_is_told(notebook):
    page = notebook()
    widget = Page(HILL)
    cell = page.show(widget)
    cell.locator(".sentence strong").wait_for()
    page.page.evaluate("models[0].model.send = async () => {}")
    cell.get_by_label("Formula").fill("x^2 + y^2")
    cell.get_by_text("The kernel does not answer").wait_for()


@pytest.mark.parametrize("width", [420, 1400])
def test_no_cell_is_too_wide(notebook, width):
    page = notebook(width=width)
    for widget in (Page(HILL), record()):
        cell = page.show(widget)
        cell.locator(".sentence strong").wait_for()
        assert cell.locator("html").evaluate("html => html.scrollWidth <= innerWidth")
