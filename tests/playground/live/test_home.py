"""The server of watched fits: begun with the first, one a process, ended with it."""

import os
import subprocess
import sys
import time

import httpx
import numpy as np
import pytest

from descend.playground.buffer import unpacked
from descend.playground.live import home
from descend.protocols import Status
from descend.records.watched import Subject, Watched


@pytest.mark.parametrize(
    ("environment", "opens"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"BROWSER": "/a/browser"}, True),
        ({}, sys.platform in ("win32", "darwin")),
        ({"DISPLAY": ":0", "CI": "true"}, False),
        ({"DISPLAY": ":0", "DESCEND_BROWSER": "0"}, False),
    ],
)
def test_a_browser_opens_where_somebody_sees_it(monkeypatch, environment, opens):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "CI", "DESCEND_BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert home.opens_browser() is opens
    monkeypatch.setattr(home.multiprocessing, "parent_process", lambda: object())
    assert not home.opens_browser()


@pytest.fixture
def own(monkeypatch):
    """Give a home without a browser, whose waits are short."""
    monkeypatch.setenv("DESCEND_BROWSER", "0")
    monkeypatch.setattr(home, "PAGE_SECONDS", 1.0)
    made = home.Home()
    yield made
    made.close()


def shown(own):
    watched = Watched(Subject("a test"))
    watched.begin(np.zeros(1), ["x"])
    own.show(watched)
    return watched


def client_of(address):
    base, token = address.split("/?room=live#token=")
    return httpx.Client(base_url=base, headers={"x-descend-token": token}, timeout=10)


def test_the_address_is_told_once_for_as_long_as_a_page_is_open(own, capsys):
    shown(own)
    assert capsys.readouterr().err == f"descend: watch it at {own.address}\n"
    with client_of(own.address) as client:
        assert client.post("/api/watch", json={}).status_code == 200
        shown(own)
        assert capsys.readouterr() == ("", "")
    own.watches.last_page = time.monotonic() - 60
    shown(own)
    assert own.address in capsys.readouterr().err


def test_a_process_that_nobody_watches_ends_at_once(own):
    shown(own).arrive(Status.CONVERGED, "", np.ones(1), steps=1, loss=0.0, rate=0.1, start_loss=1.0)
    began = time.perf_counter()
    own.close()
    assert time.perf_counter() - began < 0.5


def test_it_waits_for_a_page_that_has_not_heard_the_end_but_not_for_ever(own):
    shown(own)
    with client_of(own.address) as client:
        client.post("/api/watch", json={})
        began = time.perf_counter()
        own.close()
    assert 1.0 <= time.perf_counter() - began < 3.0


def test_a_browser_is_given_time_to_come(own, monkeypatch):
    opened = []
    monkeypatch.setattr(home, "opens_browser", lambda: True)
    monkeypatch.setattr(home, "OPENING_SECONDS", 0.5)
    monkeypatch.setattr(home.webbrowser, "open", opened.append)
    shown(own)
    began = time.perf_counter()
    own.close()
    assert time.perf_counter() - began > 0.4
    assert opened == [own.address]


PROGRAM = """
import descend
descent = descend.minimize(
    "rosenbrock", [-1.0, 2], optimizer="sgd", learning_rate=1e-9, steps=10**8, record=None,
    progress="live",
)
print(descent.message)
"""


def test_a_script_is_watched_and_stopped_and_its_page_hears_the_end():
    environment = {**os.environ, "DESCEND_BROWSER": "0"}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    ) as running:  # fmt: skip
        address = running.stderr.readline().split()[-1]
        known, seen = {}, []
        with client_of(address) as client:
            assert "<title>descend" in client.get("/").text
            while True:
                answer = client.post("/api/watch", json={"run": None, **known})
                header, arrays = unpacked(answer.content)
                seen += header["steps"]
                known = {name: header[name] for name in ("generation", "version", "newest")}
                known |= {"shown": header["run"], "since": seen[-1] if seen else -1}
                if seen and header["state"] == "running":
                    client.post("/api/stop", json={"run": header["run"]})
                if header["is_over"]:
                    break
                if header["steps"]:
                    assert arrays["weights"].shape == (len(header["steps"]), 2)
        told, complaints = running.communicate(timeout=20)
    assert told == "stopped by the user\n"
    assert (header["state"], header["message"]) == ("ended", "stopped by the user")
    assert len(seen) == len(set(seen))
    assert complaints == ""
    assert running.returncode == 0


def test_a_process_that_is_forked_off_serves_for_itself():
    """It has the memory of a server, and no thread that serves."""
    if not hasattr(os, "fork"):
        return
    program = """
import os, sys
from descend.playground.live import home, show
from descend.records.watched import Subject, Watched
show(Watched(Subject("a test")))
first = home._home.address
child = os.fork()
if not child:
    show(Watched(Subject("another")))
    os._exit(home._home.address == first)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    environment = {**os.environ, "DESCEND_BROWSER": "0"}
    ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.count(b"watch it at") == 2
