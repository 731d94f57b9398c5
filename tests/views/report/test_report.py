import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import numpy as np
import pytest
from descents import HILL, descended
from matplotlib.figure import Figure

from descend import views
from descend.views import Section, Table, write_report

EVIL = "<script>alert('\"&1')</script>"
SCORES = Table(
    ["method", "score", "seconds", "note"],
    [["descend", 0.5, 0.013, "a"], ["closed form", -1e-7, None, "7"], ["x", "1,204", "3 s", "-"]],
    "Scores on the same split",
)


class Page(HTMLParser):
    """Every element of a page, and that all that opens is closed."""

    VOID = frozenset(["meta", "img", "link", "br"])

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def written(tmp_path, *sections, title="Diabetes", subtitle="By descent"):
    file = write_report(tmp_path / "report.html", title, sections, subtitle)
    return Page(file.read_text(encoding="utf-8")), file.read_text(encoding="utf-8")


def figures():
    return [
        views.loss_curves({"training": [3.0, 1.0], "validation": [3.0, 2.0]}),
        views.weights(["bmi", EVIL], [1.0, 2.0]),
        views.plot(descended(HILL, [1.0, -1.0], names=["bmi", EVIL])),
    ]


def test_the_page_has_its_parts(tmp_path):
    page, text = written(
        tmp_path,
        Section("Result", "It converged.\n\nNothing was tuned."),
        Section("Scores", table=SCORES),
        Section("Loss", figure=figures()[0]),
    )
    assert text.startswith("<!doctype html>")
    assert [len(page.all(tag)) for tag in ("h1", "h2", "section", "figure")] == [1, 3, 3, 1]
    assert "By descent" in page.text
    assert text.count("<p>It converged.</p>") == text.count("<p>Nothing was tuned.</p>") == 1
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


def test_nothing_comes_from_outside(tmp_path):
    page, text = written(tmp_path, *(Section("Figure", figure=figure) for figure in figures()))
    without = re.sub(r'xmlns(:\w+)?="http://www\.w3\.org/[^"]*"', "", text)
    assert "http" not in without
    assert "//" not in re.sub(r"data:image/png;base64,[^\"]*", "", without)
    assert {"script", "link", "iframe", "object"}.isdisjoint(tag for tag, _ in page.elements)
    assert "@import" not in text
    # What a drawing refers to is on the page itself.
    names = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    for reference in re.findall(r'(?:xlink:href="#|url\(#)([^")]+)', text):
        assert reference in names


def test_no_two_elements_share_a_name(tmp_path):
    same = figures()[0]
    page, _ = written(tmp_path, Section("a", figure=same), Section("b", figure=same))
    names = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(names) == len(set(names)) > 10


def test_user_text_is_escaped_everywhere(tmp_path):
    page, text = written(
        tmp_path,
        Section(EVIL, EVIL, Table([EVIL, "n"], [[EVIL, 1]], EVIL), figures()[2]),
        Section(EVIL, figure=figures()[1]),
        title=EVIL,
        subtitle=EVIL,
    )
    assert "<script" not in text
    assert page.all("script") == []
    assert page.text.count(EVIL) >= 7
    assert page.all("svg")[0]["aria-label"].startswith(EVIL)


def test_a_template_placeholder_in_user_text_is_text(tmp_path):
    page, _ = written(tmp_path, Section("$title", "costs $5 or ${subtitle}"), title="$sections")
    assert "costs $5 or ${subtitle}" in page.text
    assert "$sections" in page.text


def test_tables_are_marked_up_for_readers_and_numbers_are_aligned(tmp_path):
    page, text = written(tmp_path, Section("Scores", table=SCORES))
    assert [cell.get("scope") for cell in page.all("th")] == ["col"] * 4 + ["row"] * 3
    assert [cell.get("class") for cell in page.all("th")[:4]] == [None, "number", "number", None]
    cells = page.all("td")
    assert [cell.get("class") for cell in cells] == ["number", "number", None] * 3
    assert [cell["data-name"] for cell in cells] == [*SCORES.header[1:]] * 3
    assert "<caption>Scores on the same split</caption>" in text
    for cell in ("0.013", "\N{MINUS SIGN}10⁻⁷", "1,204", "3 s"):
        assert re.search(f'<td class="number" data-name="[^"]*">{cell}</td>', text)
    assert page.all("div")[0]["aria-label"] == "Scores on the same split"


def test_a_table_that_fits_narrow_screens_stays_a_table(tmp_path):
    page, _ = written(tmp_path, Section("a", table=Table(["a", "b", "c"], [["x", 1, 2]])))
    assert page.all("table") == [{}]
    assert all("data-name" not in cell for cell in page.all("td"))
    page, _ = written(tmp_path, Section("a", table=Table(["a", "b", "c", "d"], [["x", 1, 2, 3]])))
    assert page.all("table") == [{"class": "wide"}]


def test_a_figure_that_can_be_drawn_anew_is_drawn_for_narrow_screens_too(tmp_path):
    def draw():
        return views.loss_curves({"training": [3.0, 2.0, 1.0]})

    page, text = written(tmp_path, Section("Loss", figure=draw))
    widths = [float(re.match("0 0 ([0-9.]+)", svg["viewbox"])[1]) / 72 for svg in page.all("svg")]
    assert widths == [pytest.approx(6.8), pytest.approx(3.5)]
    assert [div["class"] for div in page.all("div")] == ["wide", "narrow"]
    names = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(names) == len(set(names))
    assert "div.wide { display: none; }" in text


def test_a_ragged_table_is_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(ValueError, match="has 1 cells, its header has 2"):
        written(tmp_path, Section("a", table=Table(["a", "b"], [[1]])))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("report.txt", ValueError, r"must end in \.html"),
        ("missing/report.html", FileNotFoundError, "does not exist"),
    ],
)
def test_a_place_that_cannot_be_written_is_said(name, error, message, tmp_path):
    with pytest.raises(error, match=message):
        write_report(tmp_path / name, "a", [])


def test_a_table_without_a_header_has_none(tmp_path):
    page, _ = written(tmp_path, Section("Result", table=Table(["", ""], [["task", "regression"]])))
    assert page.all("thead") == []
    assert [cell.get("scope") for cell in page.all("th")] == ["row"]
    assert page.all("div")[0]["aria-label"] == "figures"


def test_drawings_scroll_before_their_words_are_too_small(tmp_path):
    page, text = written(tmp_path, Section("Loss", figure=figures()[0]))
    width, least = re.match(
        r"width:(\d+)px;min-width:(\d+)px", page.all("svg")[0]["style"]
    ).groups()
    # The page's own words have 16 pixels, those of drawings at least 8.
    smallest = min(float(size) for size in re.findall(r"font: ([\d.]+)px", text))
    drawn = float(page.all("svg")[0]["viewbox"].split()[2])
    assert int(width) == pytest.approx(drawn / 0.75, abs=1)
    assert smallest * int(least) / drawn >= 8
    assert page.all("figure")[0]["tabindex"] == "0"


def test_drawings_follow_the_pages_colours_and_are_well_formed(tmp_path):
    _, text = written(tmp_path, Section("Loss", figure=figures()[0]))
    drawing = text[text.index("<svg") : text.index("</svg>") + 6]
    root = ET.fromstring(drawing)
    assert root.get("role") == "img"
    assert root.get("aria-label") == "Loss: loss against epoch"
    assert root.get("width") is None
    assert root.get("viewBox") is not None
    assert "var(--ink)" in drawing
    assert "#1f2733" not in drawing
    # Words are words: they can be selected, searched and read aloud.
    assert "validation" in "".join(root.itertext())


def test_a_drawing_too_large_becomes_an_image_with_a_text(tmp_path):
    figure = Figure()
    ax = figure.add_subplot(xlabel="epoch", ylabel="loss")
    ax.scatter(*np.random.default_rng(0).random((2, 20_000)))  # megabytes as SVG
    page, _ = written(tmp_path, Section("Loss", figure=figure))
    assert page.all("svg") == []
    image = page.all("img")[0]
    assert image["alt"] == "Loss: loss against epoch"
    assert image["src"].startswith("data:image/png;base64,iVBOR")


def test_the_page_is_the_same_each_time(tmp_path):
    pages = [written(tmp_path, Section("a", figure=figures()[2]))[1] for _ in range(2)]
    assert pages[0] == pages[1]


def test_letters_that_the_font_lacks_are_no_warning(tmp_path):
    page, _ = written(tmp_path, Section("a", figure=views.weights(["価格"], np.ones(1))))
    assert "価格" in page.text
