"""The page and its files."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from descend.playground import texts
from descend.playground.security import refused

STATIC = Path(__file__).parent / "static"

CONTENT_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
}
"""The files that are served, whatever this machine takes their endings for."""


class Files:
    """The page and its files: those that are in a folder, and nothing that a path may lead to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file."""
        await self._answer(scope["path"])(scope, receive, send)

    def _answer(self, path: str) -> Response:
        page = self._folder / "index.html"
        if path == "/":
            return _file(page) if page.is_file() else refused(404, texts.NO_PAGE)
        known = {
            f"/static/{file.relative_to(self._folder).as_posix()}": file
            for file in self._folder.rglob("*")
            if file.suffix in CONTENT_TYPES and file.is_file() and not file.is_symlink()
        }
        return _file(known[path]) if path in known else refused(404, texts.UNKNOWN_PAGE)


def _file(file: Path) -> Response:
    # read at once: they are small, and no thread can be started while the interpreter ends
    return Response(file.read_bytes(), media_type=CONTENT_TYPES[file.suffix])
