"""What the command line says when something fails: one line, and an exit status."""

import io
import os
import sys
from collections.abc import Callable
from typing import Any

import typer

from descend.cli.wording import as_options

WRONG_INPUT = 2
BUG = 1
DIVERGED = 1
BROKEN_PIPE = 1
INTERRUPTED = 130

# Typer brings its own copy of click since 0.26, and uses the installed one before.
UsageError: type[Exception] = sys.modules[typer.BadParameter.__module__].ClickException


def guarded(command: Callable[[], Any]) -> int:
    """Run a command and return its exit status; whatever it raises becomes one line on stderr.

    The status is 2 for wrong input, 130 after Ctrl-C, and 1 for a bug, or if the reader of stdout
    went away. With the environment variable `DESCEND_TRACEBACK` set, the traceback is shown.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a character should not end a long run.
            stream.reconfigure(errors="replace")
    try:
        status = command()
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes stdout once more as it ends, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except (KeyboardInterrupt, typer.Abort):
        return _failed("interrupted", INTERRUPTED)
    except UsageError as error:
        return _failed(_usage(error), WRONG_INPUT)
    except Exception as error:
        if os.environ.get("DESCEND_TRACEBACK"):
            raise
        if isinstance(error, MemoryError):
            return _failed(f"not enough memory: {error or 'try with fewer rows'}", WRONG_INPUT)
        if isinstance(error, (ValueError, OSError)) or _diverged(error):
            return _failed(as_options(_told(error)), WRONG_INPUT)
        if isinstance(error, ModuleNotFoundError) and not str(error.name).startswith("descend"):
            return _failed(f"{error}: install it with pip", WRONG_INPUT)
        return _failed(
            f"a bug in descend: {type(error).__name__}: {error}"
            " (set DESCEND_TRACEBACK=1 to see where, and please report it)",
            BUG,
        )
    return status if isinstance(status, int) else 0


def _failed(message: str, status: int) -> int:
    """Print one line and return the status."""
    print(f"descend: {' '.join(message.split())}", file=sys.stderr)
    return status


def _usage(error: Any) -> str:
    """Return what was wrong with the arguments, and where to read about them."""
    command = error.ctx.command_path if getattr(error, "ctx", None) else "descend"
    return f"{error.format_message().rstrip('.')}; see {command} --help"


def _told(error: Exception) -> str:
    """Return an error's message; the system's own errors say what and which file."""
    if isinstance(error, OSError) and error.strerror and error.filename is not None:
        return f"{error.strerror}: {str(error.filename)!r}"
    return str(error)


def _diverged(error: Exception) -> bool:
    """Say whether a descent diverged, which its message explains."""
    if not isinstance(error, ArithmeticError):
        return False
    from descend import DivergenceError

    return isinstance(error, DivergenceError)
