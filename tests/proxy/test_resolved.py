"""Names are asked for once in a while, whoever waits for the answer, and however it turns out."""

import asyncio

import pytest

from proxy import resolved as module
from proxy.addresses import Network, opened
from proxy.dial import Dialer, Forbidden, Unreachable
from proxy.resolved import Resolved
from tests.proxy.house import free_port


class NameServer:
    """Answers what it is told to, once it is let."""

    def __init__(self, *answers: list[str] | OSError) -> None:
        self.answers = list(answers)
        self.asked = 0
        self.open = asyncio.Event()
        self.open.set()

    async def look_up(self, host: str, port: int) -> list[str]:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        await self.open.wait()
        if isinstance(answer, OSError):
            raise answer
        return answer


async def test_forty_connections_of_a_page_ask_once() -> None:
    server = NameServer(["192.0.2.1"])
    server.open.clear()
    known = Resolved(server.look_up)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(known.addresses("a.example", 443)) for _ in range(40)]
        await asyncio.sleep(0)
        server.open.set()
    assert [task.result() for task in tasks] == [["192.0.2.1"]] * 40
    await known.addresses("a.example", 80)
    assert server.asked == 1


async def test_one_who_gives_up_does_not_take_the_answer_from_the_others() -> None:
    server = NameServer(["192.0.2.1"])
    server.open.clear()
    known = Resolved(server.look_up)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(known.addresses("a.example", 443))
        second = group.create_task(known.addresses("a.example", 443))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        server.open.set()
    assert second.result() == ["192.0.2.1"]
    assert server.asked == 1


async def test_a_question_without_an_answer_is_given_up_and_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.01)
    monkeypatch.setattr(module, "FAILED_TTL", 0.0)
    server = NameServer(["192.0.2.1"])
    server.open.clear()
    known = Resolved(server.look_up)
    with pytest.raises(OSError, match="cannot be resolved"):
        await known.addresses("a.example", 443)
    server.open.set()
    assert await known.addresses("a.example", 443) == ["192.0.2.1"]


@pytest.mark.parametrize("failed", [OSError("no such name"), []])
async def test_that_there_is_no_answer_holds_for_a_second_only(
    monkeypatch: pytest.MonkeyPatch, failed: OSError | list[str]
) -> None:
    now, loop = [100.0], asyncio.get_running_loop()
    monkeypatch.setattr(loop, "time", lambda: now[0])
    server = NameServer(failed, ["192.0.2.1"])
    known = Resolved(server.look_up)
    for _ in range(2):
        with pytest.raises(OSError, match="the name"):
            await known.addresses("a.example", 443)
    assert server.asked == 1
    now[0] += 1.1
    assert await known.addresses("a.example", 443) == ["192.0.2.1"]


async def test_an_answer_holds_for_half_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now, loop = [100.0], asyncio.get_running_loop()
    monkeypatch.setattr(loop, "time", lambda: now[0])
    server = NameServer(["192.0.2.1"], ["192.0.2.2"])
    known = Resolved(server.look_up)
    await known.addresses("a.example", 443)
    now[0] += 29
    assert await known.addresses("a.example", 443) == ["192.0.2.1"]
    now[0] += 2
    assert await known.addresses("a.example", 443) == ["192.0.2.2"]


async def test_no_more_names_are_kept_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    server = NameServer(["192.0.2.1"])
    known = Resolved(server.look_up)
    for host in "abcda":
        await known.addresses(host, 443)
    assert server.asked == 5
    await known.addresses("d", 443)
    assert server.asked == 5


async def test_who_may_go_there_is_decided_anew_with_each_connection() -> None:
    networks: list[Network] = []
    server = NameServer(["127.0.0.1"])
    listening = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    dialer = Dialer({}, lambda: networks, server.look_up)

    async def tried() -> type[BaseException] | None:
        try:
            transport, _ = await dialer.open(asyncio.Protocol, "a.example", port)
        except Unreachable as problem:
            return type(problem)
        transport.close()
        return None

    assert await tried() is Forbidden
    networks.extend(opened(["127.0.0.0/8"]))
    assert await tried() is None
    networks.clear()
    assert await tried() is Forbidden
    assert server.asked == 1
    listening.close()


async def test_where_nobody_answers_the_name_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("proxy.dial.may_reach", lambda *_: True)
    server = NameServer(["127.0.0.1"])
    dialer = Dialer({}, tuple, server.look_up)
    for _ in range(2):
        with pytest.raises(Unreachable):
            await dialer.open(asyncio.Protocol, "a.example", free_port())
    assert server.asked == 2
