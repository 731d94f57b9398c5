"""What `descend warm` compiles is not compiled again."""

import pytest
from running import ENVIRONMENT, descend, descend_apart


@pytest.mark.thorough
def test_a_first_fit_finds_what_was_compiled(tmp_path, monkeypatch):
    monkeypatch.setitem(ENVIRONMENT, "NUMBA_CACHE_DIR", str(tmp_path / "compiled"))
    first = descend_apart("warm", "--optimizer", "sgd", cwd=tmp_path)
    assert (first.returncode, first.stderr) == (0, "")
    kept = set((tmp_path / "compiled").rglob("*.nbc"))
    assert len(kept) >= 5
    assert descend_apart("warm", "--optimizer", "sgd", cwd=tmp_path).returncode == 0
    assert set((tmp_path / "compiled").rglob("*.nbc")) == kept


@pytest.mark.parametrize(
    ("name", "words"),
    [("sdg", "did you mean 'sgd'"), ("lamb", "nothing of it is compiled")],
)
def test_what_cannot_be_compiled_is_refused_before_anything_is(tmp_path, name, words):
    done = descend("warm", "--optimizer", "adam", "--optimizer", name, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr.lower()
    assert done.stdout == ""
