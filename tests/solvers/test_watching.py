"""A descent that is watched: what its page is told beside its steps."""

from descend.playground import live
from descend.records.watched import Subject
from descend.solvers.watching import watching
from descend.support.compile_time import begin_compiling, end_compiling


def test_a_page_is_told_that_a_step_waits_for_the_compiler(monkeypatch):
    monkeypatch.setattr(live, "show", lambda watched: None)
    with watching(Subject("a test")) as watched:
        before = watched.version
        begin_compiling()
        try:
            assert watched.version > before
            assert watched.look().compiling
        finally:
            end_compiling()
        assert not watched.look().compiling
