"""Whether a built site holds together: `python docs/extensions/check_site.py build/site`.

Every link inside it leads to a page, and to a place on it; every picture is there; and nothing is
loaded from elsewhere, neither scripts nor styles, fonts nor pictures.
"""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src"}
"""The elements that load something by themselves, and their attribute that says what."""

LOADING_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}
"""What a `<link>` is that loads something."""

IN_STYLES = re.compile(r"""(?:url\(|@import\s+)\s*["']?((?:https?:)?//[^"')\s]+)""")


class Page(HTMLParser):
    """A page read: its places, its links, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element is, leads to and loads."""
        given = {name: value or "" for name, value in attrs}
        self.places |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if LOADING.get(tag, "") in given:
            self.loads.append(given[LOADING[tag]])
        if tag == "link" and LOADING_LINKS & set(given.get("rel", "").split()):
            self.loads.append(given.get("href", ""))


def faults(site: Path) -> list[str]:
    """Return what is wrong with a site, a line each."""
    pages = {
        file.resolve(): Page(file.read_text(encoding="utf-8"))
        for file in site.rglob("*.html")
        if "_static" not in file.parts  # there the theme keeps its templates
    }
    found = [] if pages else [f"{site}: there are no pages"]
    for file, page in sorted(pages.items()):
        where = file.relative_to(site.resolve())
        for link in page.links:
            if (why := _dead(file, link, pages)) is not None:
                found.append(f"{where}: the link {link!r} {why}")
        for load in page.loads:
            if _elsewhere(load):
                found.append(f"{where}: loads {load!r} from elsewhere")
            elif (why := _dead(file, load, pages)) is not None:
                found.append(f"{where}: {load!r} {why}")
    for file in sorted(site.rglob("*.css")):
        for url in IN_STYLES.findall(file.read_text(encoding="utf-8")):
            found.append(f"{file.relative_to(site)}: loads {url!r} from elsewhere")
    return found


def _elsewhere(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.netloc) or parts.scheme in ("http", "https")


def _dead(file: Path, link: str, pages: dict[Path, Page]) -> str | None:
    """Return why a link of a page leads nowhere in the site; None if it does, or leads out."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
    if not target.exists():
        return "leads to a file that is missing"
    place = unquote(parts.fragment)
    if place and target in pages and place not in pages[target].places:
        return "leads to a place that is missing"
    return None


if __name__ == "__main__":
    told = faults(Path(sys.argv[1]))
    print("\n".join(told) or "the site holds together")
    sys.exit(bool(told))
