"""Processes that write to one file take turns in the order in which they came."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from store.errors import Away
from store.turn import LOCKS, Turns

SOON = 5.0
LINES = Path("/proc/locks")
HOLDS = (
    "import asyncio, sys; from pathlib import Path; from store.turn import Turns\n"
    "async def hold():\n"
    "    async with Turns(Path(sys.argv[1])).one(5):\n"
    "        print('mine', flush=True)\n"
    "        await asyncio.sleep(60)\n"
    "asyncio.run(hold())"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "house.db"


def waiting(file: Path) -> int:
    """Count who the kernel lets wait for one of the file's locks."""
    if not LINES.exists():
        pytest.skip("only Linux tells who waits for a lock (/proc/locks)")
    locks = {file.with_name(file.name + lock).stat().st_ino for lock in LOCKS}
    lines = [line.split() for line in LINES.read_text(encoding="ascii").splitlines()]
    return sum(line[1] == "->" and int(line[6].split(":")[2]) in locks for line in lines)


async def until_wait(file: Path, many: int) -> None:
    """Wait until so many wait."""
    async with asyncio.timeout(SOON):
        while waiting(file) != many:  # noqa: ASYNC110 - the kernel sets no event
            await asyncio.sleep(0.005)


async def come(turns: Turns, name: str, order: list[str]) -> None:
    async with turns.one(SOON):
        order.append(name)
        await asyncio.sleep(0)


@asynccontextmanager
async def lined_up(file: Path, *names: str) -> AsyncIterator[list[str]]:
    """Let some wait, one after another, for as long as the block lasts."""
    order: list[str] = []
    async with asyncio.TaskGroup() as group, Turns(file).one(SOON):
        for number, name in enumerate(names):
            group.create_task(come(Turns(file), name, order))
            await until_wait(file, number + 1)
        yield order


async def test_who_came_first_writes_first(file: Path) -> None:
    async with lined_up(file, "panel", "clock", "a door", "another door") as order:
        assert order == []
    assert order == ["panel", "clock", "a door", "another door"]


async def test_who_has_just_written_does_not_overtake_who_waits(file: Path) -> None:
    order: list[str] = []
    busy, panel = Turns(file), Turns(file)
    async with asyncio.TaskGroup() as group:
        async with busy.one(SOON):
            group.create_task(come(panel, "panel", order))
            await until_wait(file, 1)
        for _ in range(3):
            await come(busy, "busy", order)
    assert order == ["panel", "busy", "busy", "busy"]


async def test_who_loses_patience_is_told_and_keeps_nobody_waiting(file: Path) -> None:
    late, other = Turns(file), Turns(file)
    async with Turns(file).one(SOON):
        for _ in range(3):
            with pytest.raises(Away):
                async with late.one(0.02):
                    pass
        # One place for all three, in which one waits for as long as it takes.
        assert waiting(file) == 1
    await until_wait(file, 0)
    async with other.one(SOON):
        pass
    async with late.one(SOON):
        pass


async def test_the_place_of_who_gave_up_is_for_who_comes_next(file: Path) -> None:
    order: list[str] = []
    first, second = Turns(file), Turns(file)
    async with asyncio.TaskGroup() as group, Turns(file).one(SOON):
        with pytest.raises(Away):
            async with first.one(0.02):
                pass
        group.create_task(come(second, "second", order))
        await until_wait(file, 2)
        group.create_task(come(first, "first", order))
        await asyncio.sleep(0)
    assert order == ["first", "second"]


@pytest.mark.parametrize("steps", range(4))
async def test_who_is_cut_short_as_the_turn_comes_leaves_it(file: Path, steps: int) -> None:
    turns, order = Turns(file), list[str]()
    loop = asyncio.get_running_loop()
    async with Turns(file).one(SOON):
        task = loop.create_task(come(turns, "cut", order))
        await until_wait(file, 1)
    await until_wait(file, 0)
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    async with Turns(file).one(SOON):
        pass
    async with turns.one(SOON):
        pass


async def test_a_killed_process_gives_its_turn_up(file: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDS, str(file), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    assert await process.stdout.readline() == b"mine\n"
    turns, order = Turns(file), list[str]()
    with pytest.raises(Away):
        async with turns.one(0.05):
            pass
    process.kill()
    await process.wait()
    async with asyncio.timeout(SOON):
        await come(turns, "panel", order)
    assert order == ["panel"]


async def test_who_waits_is_called_at_once_and_does_not_ask_again_and_again(file: Path) -> None:
    loop = asyncio.get_running_loop()
    late: list[float] = []
    for _ in range(20):
        turns, order = Turns(file), list[str]()
        async with Turns(file).one(SOON):
            task = loop.create_task(come(turns, "next", order))
            await until_wait(file, 1)
            # SQLite would sleep for 100 ms at a time by now.
            await asyncio.sleep(0.12)
            free = loop.time()
        await task
        late.append(loop.time() - free)
    assert sorted(late)[len(late) // 2] < 0.02


async def test_where_no_lock_can_be_opened_the_database_is_away(file: Path) -> None:
    with pytest.raises(Away):
        async with Turns(file / "no folder" / "house.db").one(SOON):
            pass


def test_who_stops_does_not_wait_for_its_turn(file: Path) -> None:
    async def give_up() -> None:
        with pytest.raises(Away):
            async with Turns(file).one(0.02):
                pass

    async def stop() -> None:
        async with Turns(file).one(SOON):
            await asyncio.to_thread(asyncio.run, give_up())

    asyncio.run(stop())
    asyncio.run(come(Turns(file), "after", []))
