"""The pages that are made of classes."""

import inspect

import pytest

from catalogue import ARGUMENTS, GROUPS, NO_PAGES, Entry, _page
from descend import landmarks, losses, optimizers, penalties, rates, views

MODULES = {"optimizers": optimizers, "losses": losses, "penalties": penalties, "rates": rates}
ENTRIES = {group.folder: {entry.name: entry for entry in group.entries()} for group in GROUPS}


@pytest.mark.parametrize("folder", MODULES)
def test_each_public_class_has_a_page(folder):
    module = MODULES[folder]
    classes = {
        name for name, value in vars(module).items()
        if inspect.isclass(value) and name not in NO_PAGES and not name.startswith("_")
        and (name in module.__all__ if hasattr(module, "__all__")
             else value.__module__ == module.__name__)
    }  # fmt: skip
    assert set(ENTRIES[folder]) == classes
    for entry in ENTRIES[folder].values():
        assert entry.summary.endswith((".", ":")) or entry.summary, entry.name
        assert f"autoclass:: descend.{folder}.{entry.name}" in entry.text


def test_arguments_are_of_classes_with_pages():
    assert set(ARGUMENTS) <= {name for pages in ENTRIES.values() for name in pages}


def test_each_landmark_has_a_page():
    assert set(ENTRIES["landmarks"]) == set(landmarks.LANDMARKS)
    assert "0 at (3, 0.5)" in ENTRIES["landmarks"]["beale"].text


DRAWN = [("losses", "Huber"), ("penalties", "L1"), ("rates", "Wolfe"), ("optimizers", "Adam")]


@pytest.mark.parametrize(("folder", "name"), DRAWN)
def test_a_page_holds_its_code_and_its_picture(folder, name):
    page = _page(ENTRIES[folder][name])
    assert page.startswith(f"{name}\n{'=' * len(name)}\n")
    assert page.count(".. raw:: html") == 1
    assert "<svg" in page
    for line in ENTRIES[folder][name].code.splitlines():
        assert f"    {line}" in page


def test_the_code_of_each_page_is_of_public_names():
    for pages in ENTRIES.values():
        for entry in pages.values():
            assert isinstance(entry, Entry)
            for word in entry.code.split("descend.views.")[1:]:
                assert word.partition("(")[0] in views.__all__
