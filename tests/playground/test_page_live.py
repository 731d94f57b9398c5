"""The room of a watched fit, in a browser, against its own server."""

import os
import threading
from pathlib import Path

import numpy as np
import pytest
import uvicorn
from playground_pages import STILL, TOKEN, Visit, at_each_width, colours
from playwright.sync_api import expect

from descend.playground.live.server import application
from descend.playground.live.watches import Watches
from descend.playground.serving import bound, settings
from descend.protocols import Status
from descend.records.watched import Subject, Watched

pytestmark = pytest.mark.thorough

NAMES = ("age", "bmi", "blood pressure", "intercept")


def along(step):
    return np.array([step * 0.1, -2.0 * step, 5 * np.sin(step / 4), 100.0 + step])


def watched(steps=30, **changes):
    """Return a fit that goes on, after so many epochs."""
    made = Watched(
        Subject(
            **{"title": "a fit", "unit": "epoch", "quantity": "loss", "metric": "R²", **changes}
        )
    )
    made.begin(along(0), NAMES)
    on(made, 1, steps)
    return made


def on(fit, first, last):
    for step in range(first, last + 1):
        fit.tell(step, 8 / step, 1 - 1 / step, 0.1 / step, along(step))


def arrive(fit, message="the gradient is as good as zero", status=Status.CONVERGED):
    fit.arrive(status, message, along(31), steps=31, loss=0.1, rate=0.1, start_loss=9.0)


@pytest.fixture
def watches():
    return Watches()


@pytest.fixture
def live(browser, watches):
    """Serve fits, and open pages that must not complain."""
    listening = bound(None)
    port = listening.getsockname()[1]
    server = uvicorn.Server(settings(application(port, TOKEN, watches)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    opened = []

    def go(**context):
        opened.append(Visit(browser, port, "?room=live", **context))
        return opened[-1].open()

    yield go
    for each in opened:
        each.close()
    server.should_exit = True
    thread.join(10)


def said(opened, text):
    opened.until(f"document.querySelector('.sentence').textContent === {text!r}")


def figure(page, name):
    return page.locator(f".figure-{name} dd").text_content()


def test_what_is_new_is_drawn_as_it_comes(live, watches):
    fit = watched()
    watches.add(fit)
    opened = live()
    page = opened.page
    said(opened, "Running ")
    assert figure(page, "step") == "30 of at most 1,000"
    assert figure(page, "score") == "0.9667"
    before = [page.locator(each).screenshot() for each in (".area-loss .plot", ".plane")]
    on(fit, 31, 60)
    opened.until("document.querySelector('.figure-step dd').textContent.startsWith('60')")
    assert float(figure(page, "loss")) == pytest.approx(8 / 60, abs=1e-4)
    after = [page.locator(each).screenshot() for each in (".area-loss .plot", ".plane")]
    assert all(a != b for a, b in zip(after, before, strict=True))
    arrive(fit)
    said(opened, "Converged: the gradient is as good as zero.")
    assert not page.locator("button.primary").is_visible()
    for each in page.locator(".live .plot").all():
        assert colours(each) > 10


def test_the_button_asks_for_the_end_and_the_end_is_said(live, watches):
    fit = watched()
    watches.add(fit)
    opened = live()
    opened.page.get_by_role("button", name="Stop the fit").click()
    button = opened.page.get_by_role("button", name="Stopping after this epoch")
    button.wait_for()
    assert button.is_disabled()
    assert fit.stop_asked
    arrive(fit, "stopped by the user", Status.STOPPED)
    said(opened, "Stopped by the user.")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (KeyboardInterrupt(), "Interrupted: Ctrl-C ended it."),
        (ValueError("no such <b>thing</b>"), "Failed: ValueError: no such <b>thing</b>."),
    ],
)
def test_what_broke_it_off_is_said(live, watches, error, text):
    fit = watched()
    watches.add(fit)
    opened = live()
    fit.fail(error)
    said(opened, text)


def test_the_weights_that_moved_most_are_drawn_until_others_are_chosen(live, watches):
    fit = watched()
    watches.add(fit)
    opened = live()
    page = opened.page
    across, up = (page.get_by_label(label, exact=True) for label in ("Across", "Up"))
    expect(across).to_have_value("1")
    expect(up).to_have_value("2")
    rows = page.locator(".bars tbody tr")
    # an intercept is no weight to compare with
    assert rows.locator("th").all_text_contents() == ["age", "bmi", "blood pressure"]
    assert rows.nth(1).locator("td").last.text_content() == "−60.00"
    before = page.locator(".plane").screenshot()
    across.select_option(label="intercept")
    assert page.locator(".plane").screenshot() != before
    on(fit, 31, 40)
    opened.until("document.querySelector('.figure-step dd').textContent.startsWith('40')")
    assert across.input_value() == "3"


def test_the_table_lists_the_latest_first(live, watches):
    watches.add(watched(70))
    page = live().page
    page.locator(".area-numbers summary").click()
    heads = page.locator(".area-numbers thead th").all_text_contents()
    assert heads == ["Epoch", "Time", "Loss", "R²", "Rate", "bmi", "blood pressure"]
    first = page.locator(".area-numbers tbody tr").first
    assert first.locator("th").text_content() == "70"
    page.get_by_role("button", name="Earlier steps").click()
    assert first.locator("th").text_content() == "20"
    page.get_by_role("button", name="Later steps").click()
    assert first.locator("th").text_content() == "70"


def test_the_latest_fit_is_shown_and_earlier_ones_can_be_chosen(live, watches):
    watches.add(watched())
    opened = live()
    page = opened.page
    assert not page.get_by_label("Fit", exact=True).is_visible()
    watches.add(watched(5, title="another", metric=None))
    opened.until("document.querySelector('.lead').textContent === 'another'")
    assert not page.locator(".area-score").is_visible()
    assert figure(page, "step").startswith("5 ")
    page.get_by_label("Fit", exact=True).select_option("1")
    opened.until("document.querySelector('.lead').textContent === 'a fit'")
    opened.until("document.querySelector('.figure-step dd').textContent.startsWith('30 ')")
    page.get_by_label("Fit", exact=True).select_option("")
    opened.until("document.querySelector('.lead').textContent === 'another'")


@pytest.mark.parametrize("steps", [0, 1])
def test_few_steps_and_one_weight(live, watches, steps):
    fit = Watched(Subject("x^2", of_runs=20))
    fit.begin(np.ones(1), ["x"])
    watches.add(fit)
    opened = live()
    said(opened, "Beginning The first step is under way. The first of 20 runs is shown.")
    fit.arrive(
        Status.CONVERGED, "done", np.zeros(1), steps=steps, loss=0.0, rate=0.1, start_loss=1.0
    )
    said(opened, "Converged: done.")
    assert not opened.page.locator(".area-path").is_visible()
    assert opened.page.locator(".bars tbody td").last.text_content() == "0.0000"


def test_the_page_stays_when_its_process_ends(live, watches):
    fit = watched()
    watches.add(fit)
    opened = live()
    arrive(fit)
    said(opened, "Converged: the gradient is as good as zero.")
    watches.is_over = True
    opened.page.wait_for_timeout(600)
    asked = len(opened.asked)
    opened.page.wait_for_timeout(600)
    assert len(opened.asked) == asked
    assert opened.page.locator(".error:not(:empty)").count() == 0
    opened.page.get_by_label("Across", exact=True).select_option("0")


def test_other_rooms_are_not_offered_beside_a_fit(live, watches):
    watches.add(watched())
    page = live().page
    assert page.locator("nav a:visible").all_text_contents() == ["Live"]
    page.locator(".name").click()
    page.get_by_role("heading", name="Watch a fit").wait_for()


def test_the_end_is_read_aloud_but_not_each_step(live, watches):
    fit = watched()
    watches.add(fit)
    opened = live()
    page = opened.page
    opened.until("document.querySelector('body > [aria-live]').textContent.includes('Running')")
    page.evaluate(
        """() => {
            window.said = [];
            new MutationObserver(() => window.said.push(document.querySelector("body > [aria-live]").textContent))
                .observe(document.querySelector("body > [aria-live]"), { childList: true, characterData: true, subtree: true });
        }"""
    )
    for step in range(31, 37):
        on(fit, step, step)
        page.wait_for_timeout(200)
    arrive(fit)
    opened.until("window.said.length > 0")
    assert len(page.evaluate("window.said")) == 1
    assert "Converged" in page.evaluate("window.said[0]")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_width_and_no_theme_leaves_a_plot_blank_or_a_page_too_wide(live, watches, scheme):
    watches.add(watched())
    opened = live(color_scheme=scheme, **STILL)
    page = opened.page
    for width in at_each_width(page, 400):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        plots = page.locator(".live .plot:visible").all()
        assert plots, width
        for plot in plots:
            assert colours(plot) > 10, width
        if width == 360:  # one under the other, each as wide as the page
            parts = "[...document.querySelectorAll('.live-grid > :not([hidden])')]"
            assert len(set(page.evaluate(f"{parts}.map(each => each.offsetWidth)"))) == 1
    if "AXE" not in os.environ:
        return  # .ci/run fetches it, where it can
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    page.evaluate(Path(os.environ["AXE"]).read_text())
    for width in at_each_width(page, 400):
        found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
        assert found == [], (width, [(each["id"], each["nodes"][0]["html"]) for each in found])


def test_less_motion_draws_seldom(live, watches):
    fit = watched()
    watches.add(fit)
    opened = live(reduced_motion="reduce")
    page = opened.page
    page.wait_for_timeout(300)
    before = page.locator(".plane").screenshot()
    on(fit, 31, 60)
    opened.until("document.querySelector('.figure-step dd').textContent.startsWith('60')")
    assert page.locator(".plane").screenshot() == before
    page.wait_for_timeout(2000)
    on(fit, 61, 90)
    opened.until("document.querySelector('.figure-step dd').textContent.startsWith('90')")
    assert page.locator(".plane").screenshot() != before


def test_the_playground_says_how_to_watch_a_fit(visit):
    opened = visit("?room=live")
    page = opened.page
    assert "descend fit houses.csv --target price --watch" in page.locator("main").text_content()
    assert page.locator("nav a:visible").count() == 4
