"""What sessions and notebooks show of experiments: short, aligned, escaped."""

import re
from html.parser import HTMLParser

import pytest

import descend
from descend.experiments.brief_table import LETTERS, ROWS, BriefTable
from descend.optimizers import Adam

HOSTILE = "</td><script>alert(1)</script>&amp;"

RESULTS = {
    "race": lambda: descend.race("booth", [5.0, 5.0], steps=5),
    "race of two": lambda: descend.race("booth", [5.0, 5.0], optimizers=["sgd", "adam"], steps=5),
    "sweep": lambda: descend.sweep("booth", [5.0, 5.0], steps=5, starts=None),
    "sweep of instances": lambda: descend.sweep(
        "booth", [5.0, 5.0], optimizer=[Adam(beta1=b / 40) for b in range(36)], steps=5
    ),
    "rate": lambda: descend.find_rate("booth", [5.0, 5.0]),
    "rate of Adam": lambda: descend.find_rate("booth", [5.0, 5.0], optimizer="adam"),
}


class Cells(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.rows, self.cell = set(), [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.cell = tag in ("td", "th")
        if tag == "tr":
            self.rows.append([])
        if self.cell:
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.cell:
            self.rows[-1][-1] += data


@pytest.mark.parametrize("make", RESULTS.values(), ids=RESULTS)
def test_a_result_is_a_short_table_as_text_and_as_html(make):
    result = make()
    text, html = repr(result), result._repr_html_()
    lines = text.splitlines()
    assert len(text) < 2000
    assert len(lines) <= ROWS + 3
    assert max(map(len, lines)) <= 130
    cells = Cells(html)
    assert cells.tags <= {"table", "thead", "tbody", "tr", "th", "td", "p"}
    assert len({len(row) for row in cells.rows}) == 1
    # what the text shows is what the HTML shows
    for row, line in zip(cells.rows, lines, strict=False):
        assert [cell for cell in row if cell] == re.split(r"\s{2,}", line.strip())


@pytest.mark.parametrize("count", [0, 1, ROWS, ROWS + 1, 40])
def test_what_is_left_out_is_counted(count):
    table = BriefTable.of([("name",), *[(str(i),) for i in range(count)]], "elsewhere")
    assert len(table.rows) == 1 + min(count, ROWS)
    left = max(count - ROWS, 0)
    assert (f"... and {left} more: elsewhere" in table.text()) == (left > 0)
    assert (f"... and {left} more: elsewhere" in table.html()) == (left > 0)


def test_names_are_text_and_long_ones_are_cut():
    table = BriefTable.of([(HOSTILE,), ("x" * 200,)])
    cells = Cells(table.html(HOSTILE))
    assert "script" not in cells.tags
    assert cells.rows[0] == [HOSTILE]
    assert cells.rows[1] == ["x" * (LETTERS - 1) + "…"]
    assert max(map(len, table.text().splitlines())) == LETTERS


def test_all_of_a_race_is_printed():
    race = descend.race("booth", [5.0, 5.0], steps=5)
    assert len(str(race).splitlines()) == len(race.entries) + 3
