from collections.abc import Callable, Iterator

import pytest


@pytest.fixture(scope="session")
def port() -> Iterator[int]:
    from playground_pages import serving

    with serving() as found:
        yield found


@pytest.fixture(scope="session")
def playwright():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def browser(playwright):
    from playground_pages import WITH_WEBGL, browsing

    with browsing(playwright, *WITH_WEBGL) as found:
        yield found


@pytest.fixture
def visit(browser, port) -> Iterator[Callable]:
    """Open pages that must not complain, nor ask another host for anything."""
    from playground_pages import Visit

    opened = []

    def go(query: str = "", **context):
        opened.append(Visit(browser, port, query, **context))
        return opened[-1].open()

    yield go
    for each in opened:
        each.close()
