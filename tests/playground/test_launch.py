"""A real server on a real port: many clients, long work, hanging up, and how it ends."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import threading
import time

import httpx
import pytest
import uvicorn
from asking import HEADERS, TOKEN, runs

import descend
from descend.playground import serving
from descend.playground.arguments import query_of
from descend.playground.server import application
from descend.playground.work import Pool

SLOW = {
    "formula": "sin(x)*sin(y) + x^2/50", "window": None, "optimizer": {"name": "lamb"},
    "rate": 1e-6, "width": 300, "height": 300, "steps": 1000,
}  # fmt: skip
"""About a minute's work: `lamb` runs in the array loop."""


@pytest.fixture(scope="module")
def server():
    """Serve in a thread; yield the port, and the pool."""
    listening = serving.bound(None)
    port = listening.getsockname()[1]
    pool = Pool(threads=2, waiting=4, seconds=30)
    app = application(port, TOKEN, pool, warm=False)
    running = uvicorn.Server(serving.settings(app))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield port, pool
    running.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


def client_of(port, **options):
    headers = {**HEADERS, "host": f"127.0.0.1:{port}"}
    limits = httpx.Limits(max_connections=None)
    return httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers=headers, limits=limits, timeout=20, **options
    )


async def emptied(pool):
    for _ in range(1000):
        if not pool.inside:
            return True
        await asyncio.sleep(0.01)
    return False


def test_200_clients_at_once_are_answered_or_told_to_come_again(server):
    port, pool = server

    async def main():
        async with client_of(port) as client:
            content = json.dumps(runs(steps=50))
            found = await asyncio.gather(
                *(client.post("/api/runs", content=content) for _ in range(200))
            )
            assert {answer.status_code for answer in found} <= {200, 503}
            assert any(answer.status_code == 200 for answer in found)
            assert all("retry-after" in a.headers for a in found if a.status_code == 503)
            assert await emptied(pool)
            assert (await client.post("/api/runs", content=content)).status_code == 200

    asyncio.run(main())


def test_a_client_that_hangs_up_ends_its_work_and_others_are_answered_meanwhile(server):
    port, pool = server

    async def main():
        async with client_of(port) as client:
            slow = asyncio.ensure_future(client.post("/api/basins", content=json.dumps(SLOW)))
            while not pool.inside:
                await asyncio.sleep(0.01)
            for _ in range(3):
                found = await client.post("/api/runs", content=json.dumps(runs()))
                assert found.status_code == 200
            assert not slow.done()
            slow.cancel()
            began = time.perf_counter()
            assert await emptied(pool)
            assert time.perf_counter() - began < 5

    asyncio.run(main())


def test_work_of_a_minute_is_cancelled(server):
    port, pool = server

    async def main():
        pool.seconds = 0.3
        try:
            async with client_of(port) as client:
                found = await client.post("/api/basins", content=json.dumps(SLOW))
        finally:
            pool.seconds = 30
        assert found.status_code == 504
        assert "fewer steps" in found.json()["error"]
        assert await emptied(pool)

    asyncio.run(main())


def test_an_upload_of_100_mb_is_refused_and_the_server_goes_on(server):
    port, _ = server
    sent = 0
    with socket.create_connection(("127.0.0.1", port)) as upload:
        head = f"POST /api/runs HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nx-descend-token: {TOKEN}\r\n"
        upload.sendall(f"{head}content-type: application/json\r\n".encode())
        upload.sendall(b"transfer-encoding: chunked\r\n\r\n")
        piece = b"10000\r\n" + b" " * 65_536 + b"\r\n"
        try:
            for _ in range(1600):
                upload.sendall(piece)
                sent += len(piece)
        except OSError:
            pass
    assert sent < 50e6

    async def main():
        async with client_of(port) as client:
            assert (await client.get("/api/catalogue")).status_code == 200

    asyncio.run(main())


def test_a_port_that_is_taken_is_told_and_left():
    with serving.bound(None) as first:
        port = first.getsockname()[1]
        with pytest.raises(OSError, match=f"port {port} is taken"):
            serving.bound(port)
        with serving.bound(None) as second:
            assert second.getsockname()[1] != port


@pytest.mark.parametrize("port", [0, -1, 65_536, 1.5, True, "80"])
def test_what_is_no_port_is_refused(port):
    with pytest.raises(ValueError, match="whole number from 1 to 65535"):
        descend.playground(port=port)


def test_a_formula_that_cannot_be_read_is_refused_before_anything_is_served():
    with pytest.raises(ValueError, match="brackets"):
        descend.playground("x[0]")


def test_the_token_stands_behind_the_hash():
    address = serving.address_of(8765, "secret", query_of("2x^2 + y"))
    assert address == "http://127.0.0.1:8765/?formula=2x^2%20%2B%20y#token=secret"


def test_the_folder_can_be_called_whichever_is_loaded_first():
    program = (
        "import descend.playground.buffer, descend\n"
        "try: descend.playground('x[0]')\n"
        "except ValueError as error: print('brackets' in str(error))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.stdout == "True\n", ran.stderr


def test_the_command_serves_until_ctrl_c():
    command = [sys.executable, "-m", "descend", "playground", "--no-browser", "-x^2 - y^2"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        line = running.stdout.readline()
        address, _, token = line.split()[4].partition("#token=")
        assert "formula=-x^2%20-%20y^2" in address
        headers = {"x-descend-token": token}
        url = httpx.URL(address).copy_with(path="/api/catalogue", query=None)
        assert httpx.get(url, headers=headers, timeout=20).status_code == 200
        assert httpx.get(url, timeout=20).status_code == 403
        running.send_signal(signal.SIGINT)
        _, complaints = running.communicate(timeout=20)
    assert running.returncode in (0, 130)
    assert complaints.strip() in ("", "descend: interrupted")
