"""The gallery: a page a lesson, an index with thumbnails, in a folder that needs no network."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from descend.gallery.lesson import Lesson, parts
from descend.gallery.markup import as_html, highlighted
from descend.gallery.running import Ran, run
from descend.records.film import HEIGHT, Film
from descend.support.files import replacing

INDEX, STYLE = "index.html", "gallery.css"

THUMBNAIL = 640
"""The width of a thumbnail in pixels."""

MOST_NAMED = 4
"""Of files that would be replaced, so many are named."""


def write_gallery(
    lessons: Sequence[Lesson],
    out: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    told: Callable[[str], None] = print,
) -> Path:
    """Run lessons and write them as a site; return its index.

    Parameters
    ----------
    lessons
        As `descend.gallery.chosen` returns them.
    out
        The folder, which is made if it is missing.
    overwrite
        Whether the folder may hold something: files of the same names are replaced.
    told
        Called with a line after each lesson.

    Raises
    ------
    FileExistsError
        If the folder is not empty; the message says what would be replaced.
    OSError
        If the folder cannot be written to; that is seen before anything runs.
    """
    site = _writable(Path(out), lessons, overwrite)
    style = files("descend.gallery.page").joinpath(STYLE).read_text(encoding="utf-8")
    _write(site / STYLE, style)
    for place, lesson in enumerate(lessons):
        try:
            told(f"{lesson.name}: {_write_lesson(site, lessons, place)}")
        except ModuleNotFoundError as error:
            _write(site / f"{lesson.name}.html", _page(lessons, place, _left_out(lesson, error)))
            told(f"{lesson.name}: not run, it needs {error.name}, which is not installed")
    _write(site / INDEX, _index(site, lessons))
    return site / INDEX


def _writable(site: Path, lessons: Sequence[Lesson], overwrite: bool) -> Path:
    """Return the folder, which exists then and can be written to, or refuse."""
    if site.exists() and not site.is_dir():
        raise NotADirectoryError(f"cannot write into {str(site)!r}: it is a file, not a folder")
    try:
        if site.is_dir() and not overwrite:
            _refuse_what_is_there(site, lessons)
        site.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=site):
            pass
    except FileExistsError:
        raise
    except OSError as error:
        raise type(error)(f"cannot write into {str(site)!r}: {error.strerror}") from error
    return site


def _refuse_what_is_there(site: Path, lessons: Sequence[Lesson]) -> None:
    there = sorted(path.name for path in site.iterdir())
    if not there:
        return
    stems = tuple(f"{lesson.name}{end}" for lesson in lessons for end in (".", "-film-"))
    replaced = [name for name in there if name in (INDEX, STYLE) or name.startswith(stems)]
    named = ", ".join(replaced[:MOST_NAMED])
    if len(replaced) > MOST_NAMED:
        named += f" and {len(replaced) - MOST_NAMED} more"
    what = f"{named} would be replaced" if replaced else "none of its files would be replaced"
    raise FileExistsError(
        f"the folder {str(site)!r} is not empty: {what}; name a new folder, or give overwrite=True"
    )


def _write_lesson(site: Path, lessons: Sequence[Lesson], place: int) -> str:
    """Run a lesson, write its page, its films and its thumbnail, and say what there is."""
    from descend.views.figures.collecting import write_thumbnail

    lesson = lessons[place]
    body: list[str] = []
    pictures, films = 0, 0
    for i, ran in enumerate(run(lesson)):
        if pictures == 0 and ran.figures:
            write_thumbnail(ran.figures[0], site / f"{lesson.name}.png", THUMBNAIL)
        pictures += len(ran.figures)
        if isinstance(ran.shown, Film):
            films += 1
            _write(site / f"{lesson.name}-film-{films}.html", ran.shown.page)
        body.append(_cell(lesson, ran, i, films))
    _write(site / f"{lesson.name}.html", _page(lessons, place, "\n".join(body)))
    return f"{_count(pictures, 'picture')}, {_count(films, 'film')}"


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _cell(lesson: Lesson, ran: Ran, i: int, film: int) -> str:
    """Return a cell as HTML: text, code, and what came of it."""
    from descend.views.report.drawing import drawing

    parts = [as_html(ran.cell.text)]
    if i == 0:
        # the headline has the title
        parts[0] = parts[0].partition("</h2>")[2] or parts[0]
    if ran.cell.code:
        parts.append(f'<pre class="code" tabindex="0">{highlighted(ran.cell.code)}</pre>')
    if ran.printed.strip():
        printed = escape(ran.printed.rstrip(), quote=False)
        parts.append(f'<pre class="printed" tabindex="0">{printed}</pre>')
    for k, figure in enumerate(ran.figures):
        parts.append(drawing(figure, lesson.title, f"c{i}f{k}-"))
    if isinstance(ran.shown, Film):
        parts.append(
            f'<iframe title="film" sandbox="allow-scripts" height="{HEIGHT}" loading="lazy" '
            f'src="{lesson.name}-film-{film}.html"></iframe>'
        )
    elif ran.shown is not None:
        parts.append(f'<div class="shown" tabindex="0">{ran.shown}</div>')
    return "<section>\n" + "\n".join(part for part in parts if part) + "\n</section>"


def _left_out(lesson: Lesson, error: ModuleNotFoundError) -> str:
    return (
        f"<section><p>This lesson was not run: it needs <code>{escape(str(error.name))}</code>, "
        "which was not installed.</p>\n"
        f'<pre class="code" tabindex="0">'
        f"{highlighted(lesson.path.read_text(encoding='utf-8'))}</pre></section>"
    )


def _page(lessons: Sequence[Lesson], place: int, body: str) -> str:
    """Return a lesson's page, with links to those before and after it."""
    before = lessons[place - 1] if place > 0 else None
    after = lessons[place + 1] if place + 1 < len(lessons) else None
    links = [f'<a href="{INDEX}">all lessons</a>']
    if before is not None:
        links.insert(0, f'<a rel="prev" href="{before.name}.html">← {escape(before.title)}</a>')
    if after is not None:
        links.append(f'<a rel="next" href="{after.name}.html">{escape(after.title)} →</a>')
    return _framed(lessons[place].title, body, "\n".join(links))


def _index(site: Path, lessons: Sequence[Lesson]) -> str:
    """Return the page of all lessons: part by part, each with its thumbnail."""
    by_name = {lesson.name: lesson for lesson in lessons}
    sections = []
    for part in parts(list(by_name)):
        cards = "\n".join(_card(site, by_name[name]) for name in part.lessons)
        sections.append(f'<h2>{escape(part.title)}</h2>\n<div class="cards">\n{cards}\n</div>')
    return _framed("Lessons in gradient descent", "\n".join(sections), "")


def _card(site: Path, lesson: Lesson) -> str:
    seen = ""
    if (site / f"{lesson.name}.png").is_file():
        seen = f'<img alt="" loading="lazy" src="{lesson.name}.png">'
    title = escape(lesson.title)
    return f'<a class="card" href="{lesson.name}.html">{seen}<span>{title}</span></a>'


def _framed(title: str, body: str, links: str) -> str:
    template = files("descend.gallery.page").joinpath("page.html").read_text(encoding="utf-8")
    nav = f"<nav>\n{links}\n</nav>" if links else ""
    return Template(template).substitute(title=escape(title), style=STYLE, body=body, nav=nav)


def _write(file: Path, text: str) -> None:
    with replacing(file) as temporary:
        temporary.write_text(text, encoding="utf-8")
