"""The gallery as a site."""

import os

import pytest

from check_site import faults
from descend.gallery import chosen, lessons, parts, write_gallery
from descend.gallery.lesson import Lesson

FIRST = '''"""
One & <two>
===========

Text with <b>tags</b>.
"""
import descend

print("<script>alert(1)</script>")
descend.views.contours("sphere")
# %%
# Moving.
descend.minimize("x^2", 3.0).animate(seconds=5)
'''

NEEDING = '"""Needs more."""\nimport a_library_that_nobody_has\n'


def lesson(tmp_path, name, source):
    path = tmp_path / f"plot_{name}.py"
    path.write_text(source)
    return Lesson(name, source.strip('"\n').splitlines()[0], path)


def test_a_site(tmp_path):
    told = []
    both = [lesson(tmp_path, "first", FIRST), lesson(tmp_path, "needing", NEEDING)]
    index = write_gallery(both, tmp_path / "new" / "site", told=told.append)
    site = index.parent
    assert {file.name for file in site.iterdir()} == {
        "index.html", "gallery.css", "first.html", "first.png", "first-film-1.html", "needing.html",
    }  # fmt: skip
    assert told == [
        "first: 1 picture, 1 film",
        "needing: not run, it needs a_library_that_nobody_has, which is not installed",
    ]
    assert not faults(site)
    page = (site / "first.html").read_text()
    assert "<h1>One &amp; &lt;two&gt;</h1>" in page
    assert page.count("One &amp; &lt;two&gt;") == 3  # title, headline, and the picture's label
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>" not in page
    assert "&lt;b&gt;tags" in page
    assert '<svg role="img"' in page
    assert 'href="needing.html"' in page
    assert "a_library_that_nobody_has" in (site / "needing.html").read_text()


def test_a_folder_that_is_not_empty(tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    own = lesson(tmp_path, "first", '"""Short."""\n')
    (site / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="none of its files would be replaced"):
        write_gallery([own], site)
    (site / "first.html").write_text("old")
    with pytest.raises(FileExistsError, match=r"first\.html would be replaced"):
        write_gallery([own], site)
    assert (site / "first.html").read_text() == "old"
    write_gallery([own], site, overwrite=True)
    assert "Short." in (site / "first.html").read_text()
    assert (site / "notes.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_written_to(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    own = lesson(tmp_path, "first", "raise RuntimeError('it ran')")
    with pytest.raises(NotADirectoryError, match="it is a file"):
        write_gallery([own], tmp_path / "file")
    with pytest.raises(OSError, match="cannot write into"):
        write_gallery([own], tmp_path / "file" / "within")

    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refused)
    with pytest.raises(PermissionError, match=r"cannot write into .*Permission denied"):
        write_gallery([own], tmp_path / "site")


def test_lessons_are_chosen_by_name_and_stay_in_order():
    names = list(lessons())
    assert [each.name for each in chosen([])] == names
    assert [each.name for each in chosen([names[2], names[0]])] == [names[0], names[2]]
    with pytest.raises(ValueError, match=r"no lesson 'hils': did you mean 'hills'\? there are"):
        chosen(["hils"])


def test_lessons_that_no_part_names_come_last():
    known = parts(["mine", "hills", "parabola"])
    assert [part.lessons for part in known] == [("parabola", "hills"), ("mine",)]


def test_no_lessons_at_all(monkeypatch, tmp_path):
    monkeypatch.setattr("descend.gallery.lesson.folder", lambda: tmp_path)
    with pytest.raises(FileNotFoundError, match="no lessons"):
        lessons()


def test_permissions_are_those_of_new_files(tmp_path):
    index = write_gallery([lesson(tmp_path, "first", '"""Short."""\n')], tmp_path / "site")
    mask = os.umask(0)
    os.umask(mask)
    assert index.stat().st_mode & 0o777 == 0o666 & ~mask
