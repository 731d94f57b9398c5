"""Compiled loops come in the background, and nothing of it outlives the server."""

import asyncio
import json
import subprocess
import sys
import threading

import pytest
from asking import HEADERS, answer, page

from descend.optimizers import LAMB, Adam, Momentum
from descend.playground import descents, server, warmth
from descend.playground.fields import Fields
from descend.solvers.batched.runs import Compiled


@pytest.fixture
def cold(monkeypatch):
    """A process that has loaded nothing, with a loader that loads when told."""
    made = warmth.Warmth()
    go_on = threading.Event()

    def load():
        go_on.wait(20)
        made._loaded.update(made._asked)

    monkeypatch.setattr(made, "_load", load)
    for module in (descents, server, warmth):
        monkeypatch.setattr(module, "WARMTH", made)
    made.start()
    yield made, go_on
    go_on.set()
    made.close()


class Interpreted(Compiled):
    """Stands for the compiled loop, which takes seconds to compile."""

    def solve(self, *given):
        return self.loop.solve(*given)


MAP = {
    "formula": "x^2 + 2*y^2", "start": [1, 1], "optimizer": {"name": "momentum"}, "parameter": "mu",
    "rates": [0.01, 1], "parameters": [0, 0.9], "width": 8, "height": 8, "steps": 20,
}  # fmt: skip


def test_a_large_map_waits_for_its_loop_and_a_small_one_does_not(cold, monkeypatch):
    made, go_on = cold
    small = answer("map", **MAP)[1]
    monkeypatch.setattr(descents, "PATIENCE", 100)
    monkeypatch.setattr(descents, "Compiled", Interpreted)

    async def ask():
        async with page() as client:
            sent = client.post("/api/map", headers=HEADERS, content=json.dumps(MAP))
            waiting = asyncio.ensure_future(sent)
            await asyncio.sleep(0.3)
            assert not waiting.done()
            go_on.set()
            return await waiting

    assert asyncio.run(ask()).status_code == 200
    assert made.has(Momentum())
    assert (answer("map", **MAP)[1]["verdicts"] == small["verdicts"]).all()


def test_only_what_can_be_compiled_is_loaded(cold):
    made, _ = cold
    for name in ("lamb", "adamax"):
        answer("runs", formula="x^2 + y^2", starts=[[1, 1]], optimizers=[{"name": name}], rate=0.1,
               steps=3)  # fmt: skip
    assert not made.is_coming(LAMB)
    assert made.is_coming(Adam)
    assert {kind.__name__ for kind in made._asked} >= {"SGD", "Momentum", "AdaMax"}


def test_what_one_server_ends_another_goes_on_with(cold):
    made, _ = cold
    made.start()
    made.close()
    assert made.is_coming(Adam)


@pytest.mark.parametrize("seconds", [0.0, 0.4])
def test_a_start_and_a_quick_end_leave_nothing_behind(seconds):
    program = (
        "import time; from descend.playground.warmth import WARMTH\n"
        f"WARMTH.start(); time.sleep({seconds}); WARMTH.close(); WARMTH.start(); WARMTH.close()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_the_examples_of_the_start_are_answered():
    """They import what the first questions need: none may be refused."""
    asked = []
    for kind, fields in server.EXAMPLES:
        asked.append(kind)
        assert server.QUESTIONS[kind](Fields(fields), lambda: None)
    assert set(asked) == {"function", "stationary", "derivatives", "runs", "basins", "line"}
