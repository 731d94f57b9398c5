"""The playground: a page on this machine that shows descents, computed by the real engine.

`descend.playground` is this folder and a function, whichever of them is loaded first: so the folder
can be called.
"""

import sys
from types import ModuleType
from typing import Any


class _Playground(ModuleType):
    """A module that opens the page when it is called."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Open the page: see `descend.playground.launch.playground`."""
        from descend.playground.launch import playground

        return playground(*arguments, **options)


sys.modules[__name__].__class__ = _Playground
