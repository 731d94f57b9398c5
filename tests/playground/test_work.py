"""A few computations at a time; each ends in time, or when nobody waits for it."""

import asyncio
import threading
import time

import pytest

from descend.playground.work import AbandonedError, BusyError, Pool, TooLongError, Watch


async def never_left():
    await asyncio.Event().wait()


def spin(watch):
    """Compute for a minute, in steps."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        watch.check()
        time.sleep(0.001)


async def emptied(pool):
    """Wait until nothing runs any more."""
    for _ in range(500):
        if not pool.inside:
            return True
        await asyncio.sleep(0.01)
    return False


def test_what_is_computed_is_returned_and_what_is_raised_is_raised():
    async def main():
        pool = Pool()
        assert await pool.run(lambda watch: 3, never_left) == 3
        with pytest.raises(ZeroDivisionError):
            await pool.run(lambda watch: 1 // 0, never_left)
        assert pool.inside == 0

    asyncio.run(main())


def test_what_takes_too_long_ends():
    async def main():
        pool = Pool(seconds=0.05)
        with pytest.raises(TooLongError):
            await pool.run(spin, never_left)
        assert await emptied(pool)

    asyncio.run(main())


def test_nobody_waits_for_what_does_not_listen(monkeypatch):
    monkeypatch.setattr("descend.playground.work.GRACE", 0.05)
    released = threading.Event()

    async def main():
        pool = Pool(seconds=0.05)
        with pytest.raises(TooLongError):
            await pool.run(lambda watch: released.wait(20), never_left)
        assert pool.inside == 1
        released.set()
        assert await emptied(pool)

    asyncio.run(main())


def test_what_a_client_leaves_ends():
    async def main():
        pool = Pool()

        async def soon():
            await asyncio.sleep(0.05)

        with pytest.raises(AbandonedError):
            await pool.run(spin, soon)
        assert await emptied(pool)

    asyncio.run(main())


def test_the_queue_is_bounded_and_those_in_it_are_answered():
    async def main():
        pool, go_on = Pool(threads=2, waiting=3), threading.Event()
        together = [0]

        def compute(watch):
            together[0] = max(
                together[0], sum(t.name.startswith("playground") for t in threading.enumerate())
            )
            go_on.wait(20)
            return 1

        async def ask():
            try:
                return await pool.run(compute, never_left)
            except BusyError:
                return 0

        asking = [asyncio.ensure_future(ask()) for _ in range(200)]
        await asyncio.sleep(0.1)
        refused = sum(task.done() for task in asking)
        go_on.set()
        assert sum(await asyncio.gather(*asking)) == 5
        assert refused == 195
        assert pool.inside == 0

    asyncio.run(main())


def test_others_are_answered_while_one_computes():
    async def main():
        pool = Pool(threads=2)
        slow = asyncio.ensure_future(pool.run(spin, never_left))
        for i in range(20):
            assert await pool.run(lambda watch, i=i: i, never_left) == i
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert await emptied(pool)

    asyncio.run(main())


def test_a_watch_says_when_it_is_over():
    watch = Watch(seconds=100)
    watch.check()
    watch.begin()
    watch.check()
    watch.cancel()
    with pytest.raises(AbandonedError):
        watch.check()
