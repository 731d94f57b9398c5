"""Whether a site holds together is found out."""

import pytest

from check_site import faults

CASES = {
    '<a href="other.html">': None,
    '<a href="other.html#here">': None,
    '<a href="#own"><p id="own">': None,
    '<a href="https://example.org">': None,
    '<img src="data:image/png;base64,AA">': None,
    '<img src="folder/a%20b.png?x=1">': None,
    '<a href="mising.html">': "'mising.html' leads to a file that is missing",
    '<a href="other.html#there">': "leads to a place that is missing",
    '<a href="#there">': "leads to a place that is missing",
    '<img src="none.png">': "'none.png' leads to a file that is missing",
    '<script src="https://cdn.example.org/x.js"></script>': "from elsewhere",
    '<link rel="stylesheet" href="//fonts.example.org/a.css">': "from elsewhere",
    '<img src="http://example.org/a.png">': "from elsewhere",
}


@pytest.mark.parametrize("html", CASES)
def test_faults(tmp_path, html):
    (tmp_path / "index.html").write_text(html)
    (tmp_path / "other.html").write_text('<h1 id="here">Other</h1>')
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a b.png").write_bytes(b"")
    told = faults(tmp_path)
    assert len(told) == (CASES[html] is not None)
    assert all(CASES[html] in each for each in told)


def test_styles_load_nothing_from_elsewhere(tmp_path):
    (tmp_path / "index.html").write_text("")
    (tmp_path / "a.css").write_text("p { background: url(https://example.org/a.png) }")
    assert "from elsewhere" in faults(tmp_path)[0]


def test_an_empty_site_is_a_fault(tmp_path):
    assert faults(tmp_path)
