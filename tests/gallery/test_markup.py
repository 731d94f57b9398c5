"""The texts of lessons as HTML."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descend.gallery.markup import as_html, highlighted, inline

CASES = {
    "Two lines\nof one.": "<p>Two lines of one.</p>",
    "One.\n\nTwo.": "<p>One.</p>\n<p>Two.</p>",
    "Head\n====\nText.": "<h2>Head</h2>\n<p>Text.</p>",
    "- one\n- two\n  on": "<ul><li>one</li><li>two on</li></ul>",
    "``a*b*c`` and `x < 1`": "<p><code>a*b*c</code> and <code>x &lt; 1</code></p>",
    "*em* **strong** 2 * 3 * 4": "<p><em>em</em> <strong>strong</strong> 2 * 3 * 4</p>",
    "<script>alert(1)</script>": "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    "`site <https://example.org/a>`_": '<p><a href="https://example.org/a">site</a></p>',
    "`a <javascript:x>`_": "<p><code>a &lt;javascript:x&gt;</code>_</p>",
    "": "",
}


@pytest.mark.parametrize("text", CASES)
def test_markup(text):
    assert as_html(text) == CASES[text]


@given(st.text(alphabet="ab<>&\"'`*_ \n-=\x00", max_size=60))
def test_no_text_becomes_an_element_of_its_own(text):
    known = {"p", "h2", "ul", "li", "code", "em", "strong", "a"}
    html = as_html(text)
    assert set(re.findall(r"</?(\w*)", html)) <= known
    assert "\x00" not in html


def test_words_set_apart_within_others_stay():
    assert inline("**`x`**") == "<strong><code>x</code></strong>"


CODE = '''import numpy as np


def f(x):
    """Return, <b>bold</b> & so."""
    return x**2 < 1e-3  # éé "quoted" <i>


y = f"{f(1)!r:>5} <"
'''


@pytest.mark.parametrize(
    "code", [CODE, "x = 1", "# only\n", "s = '''\n  <p>\n'''", "a = [\n 1,\n]\n"]
)
def test_highlighted_code_is_the_code(code):
    html = highlighted(code)
    assert unescape(re.sub(r"</?(?:i|b|em|strong)>", "", html)) == code
    assert set(re.findall(r"<(\w+)>", html)) <= {"i", "b", "em", "strong"}
