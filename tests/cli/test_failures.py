"""What fails becomes one line and an exit status."""

import subprocess
import sys

from running import ENVIRONMENT


def test_a_bug_is_named_as_one():
    code = (
        "from descend.cli import failures\n"
        "def broken(): raise TypeError('oops')\n"
        "raise SystemExit(failures.guarded(broken))"
    )
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, capture_output=True, text=True, check=False, env=ENVIRONMENT)
    assert done.returncode == 1
    assert done.stderr.startswith(
        "descend: a bug in descend: TypeError: oops (set DESCEND_TRACEBACK"
    )
    environment = {**ENVIRONMENT, "DESCEND_TRACEBACK": "1"}
    done = subprocess.run(run, capture_output=True, text=True, check=False, env=environment)
    assert "Traceback" in done.stderr
