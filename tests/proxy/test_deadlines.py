"""One timer for the deadlines of many connections."""

import asyncio

from proxy.deadlines import Deadlines


class Client:
    def __init__(self) -> None:
        self.late = asyncio.Event()

    def too_late(self) -> None:
        self.late.set()


async def test_only_who_is_not_done_in_time_is_told() -> None:
    deadlines, quick, slow, later = Deadlines(), Client(), Client(), Client()
    deadlines.start(quick, 0.05)
    deadlines.start(slow, 0.05)
    await asyncio.sleep(0.03)
    deadlines.start(later, 0.05)
    deadlines.stop(quick)
    await asyncio.sleep(0.04)
    assert (quick.late.is_set(), slow.late.is_set()) == (False, True)
    async with asyncio.timeout(5):
        await later.late.wait()


async def test_a_shorter_deadline_is_not_kept_waiting_by_a_longer_one_that_is_over() -> None:
    deadlines, patient, hasty = Deadlines(), Client(), Client()
    deadlines.start(patient, 60)
    deadlines.stop(patient)
    deadlines.start(hasty, 0.01)
    async with asyncio.timeout(5):
        await hasty.late.wait()
