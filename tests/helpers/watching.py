"""Descents that are watched without a server."""

from contextlib import contextmanager

import pytest

from descend.playground import live
from descend.records.watched import Watched


class Stopping(Watched):
    """A watched descent whose page asks for its end after a step."""

    after = 2

    def tell(self, step, *rest):
        if step == self.after:
            self.stop()
        return super().tell(step, *rest)


@contextmanager
def shown(kind=Watched):
    """Yield the list of what is shown in a block, in place of the page."""
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("descend.solvers.watching.Watched", kind)
        patch.setattr(live, "show", found.append)
        yield found
