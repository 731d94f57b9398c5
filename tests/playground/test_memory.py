"""What attacks a server leaves its memory bounded, and others are answered meanwhile."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from asking import runs

MOST_GROWTH = 400e6
"""Bytes that the server may hold above what it had when it first answered.

Two answers at once of at most 36 MB each, with what they are computed of, and those in the queue.
"""

PROGRAM = """
import uvicorn
from descend.playground import launch
from descend.playground.server import answer_examples, application
from descend.playground.work import Pool
answer_examples()
listening = launch.bound(None)
port = listening.getsockname()[1]
print(port, flush=True)
uvicorn.Server(launch.settings(application(port, "t", Pool(), warm=False))).run(sockets=[listening])
"""


@pytest.fixture
def server():
    """Serve in another process; yield its port and its number."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        yield int(running.stdout.readline()), running.pid
        running.send_signal(signal.SIGINT)
        running.wait(20)


def held(process, field="VmRSS"):
    """Return the bytes that a process holds, or held at most ("VmHWM")."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith(field)).split()[1])


LARGE = runs(starts=[[0.01 * i, 1] for i in range(200)], rate=1e-6, steps=2_400)
"""As many numbers as are computed at once."""

ENDLESS = {"function": {"formula": "x*y", "resolution": 10**9},
           "map": {"formula": "x*y", "start": [1, 1], "optimizer": {"name": "sgd"},
                   "rates": [1e-3, 1], "width": 10**5, "height": 10**4, "steps": 10}}  # fmt: skip
MALFORMED = [b"", b"{", b"[" * 20_000, b'{"formula": ' + b'"x' + b"+x" * 4_000, b"\xff\xfe"]


async def upload(port, size):
    """Send a body of so many bytes, as far as it is taken."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"POST /api/table HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nx-descend-token: t\r\n"
        "content-type: text/csv\r\ntransfer-encoding: chunked\r\n\r\n".encode()
    )
    piece = b"10000\r\n" + b"1" * 65_536 + b"\r\n"
    try:
        for _ in range(size // 65_536):
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass
    writer.close()


async def hang_up(port):
    """Ask for much, and leave."""
    body = json.dumps(LARGE).encode()
    head = (
        f"POST /api/runs HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nx-descend-token: t\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as left:
        left.sendall(head.encode() + body)
        await asyncio.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc: memory is not read")
def test_attacked_from_all_sides_the_server_holds_little_and_answers_others(server):
    port, process = server
    headers = {"x-descend-token": "t", "content-type": "application/json"}
    many = httpx.Limits(max_connections=None)
    statuses: list[int] = []

    async def main():
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=headers, limits=many, timeout=60
        ) as client:

            async def ask(kind, content):
                sent = content if isinstance(content, bytes) else json.dumps(content)
                async with client.stream("POST", f"/api/{kind}", content=sent) as found:
                    statuses.append(found.status_code)
                    return found.status_code

            async def insist(kind, content):
                while (status := await ask(kind, content)) == 503:
                    await asyncio.sleep(0.3)
                return status

            assert await ask("runs", runs()) == 200
            before = held(process)
            attacks = [
                *(upload(port, 100_000_000) for _ in range(3)),
                *(hang_up(port) for _ in range(6)),
                *(ask(kind, fields) for kind, fields in ENDLESS.items()),
                *(ask("runs", content) for content in MALFORMED),
                *(ask("runs", runs(steps=50)) for _ in range(200)),
                *(ask("runs", LARGE) for _ in range(4)),
            ]
            under_attack = asyncio.gather(*attacks)
            while not under_attack.done():
                # the catalogue and the page need no thread of the pool
                found = await client.get("/api/catalogue")
                assert found.status_code == 200
                await asyncio.sleep(0.05)
            await under_attack
            assert set(await asyncio.gather(*(insist("runs", LARGE) for _ in range(4)))) == {200}
            return before

    before = asyncio.run(main())
    assert held(process, "VmHWM") - before < MOST_GROWTH
    assert 200 in statuses
    assert {400, 503} <= set(statuses)
    assert set(statuses) <= {200, 400, 413, 503, 504}
    print(f"{(held(process, 'VmHWM') - before) / 1e6:.0f} MB at most above {before / 1e6:.0f}")
