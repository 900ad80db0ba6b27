"""What names led to a moment ago, so that a page with forty connections asks once."""

import asyncio
import socket
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

TTL = 30.0
"""The system's resolver does not say how long an answer holds; few hold for less."""
FAILED_TTL = 1.0
ANSWER_SECONDS = 5.0
MOST = 5_000

NOBODY = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
"""What the system's resolver says of a name that does not exist, or has no address."""

type LookUp = Callable[[str, int], Awaitable[list[str]]]


class NoName(OSError):  # noqa: N818 it is an answer, not a fault of ours
    """There is no such name, or it has no address."""


@dataclass(slots=True)
class Answer:
    """Where a name leads, or why that is not known; and until when this is believed."""

    addresses: tuple[str, ...]
    problem: str
    until: float
    exists: bool = True
    best: str = ""
    """The address that answered last."""


class Resolved:
    """Asks a resolver and remembers its answer; who may go where is decided on each use.

    All who ask at once wait for one answer; that one of them gives up is no matter to the others.
    """

    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up
        self._known: OrderedDict[str, Answer] = OrderedDict()
        self._asking: dict[str, asyncio.Task[Answer]] = {}

    async def addresses(self, host: str, port: int) -> list[str]:
        """Return the addresses of a name. Raises NoName, or OSError where that is not known."""
        answer = self._known.get(host)
        if answer is None or answer.until <= asyncio.get_running_loop().time():
            answer = await asyncio.shield(self._question(host, port))
        if answer.problem:
            raise (OSError if answer.exists else NoName)(answer.problem)
        return list(answer.addresses)

    def lately(self, host: str) -> tuple[tuple[str, ...], str]:
        """Return the addresses of a name, and which one answered a moment ago; empty if unknown."""
        answer = self._known.get(host)
        if answer is None or answer.until <= asyncio.get_running_loop().time():
            return (), ""
        return answer.addresses, answer.best

    def best(self, host: str) -> str:
        """Return the address of a name that answered a moment ago; empty where none did yet."""
        answer = self._known.get(host)
        return answer.best if answer else ""

    def answered(self, host: str, address: str) -> None:
        """Remember which address of a name answers."""
        if answer := self._known.get(host):
            answer.best = address

    def forget(self, host: str) -> None:
        """Ask again next time: nothing answered there."""
        self._known.pop(host, None)

    def _question(self, host: str, port: int) -> asyncio.Task[Answer]:
        asking = self._asking.get(host)
        if asking is None:
            asking = asyncio.get_running_loop().create_task(self._ask(host, port))
            self._asking[host] = asking
        return asking

    async def _ask(self, host: str, port: int) -> Answer:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                found = tuple(await self._look_up(host, port))
            problem, exists = "" if found else "the name has no address", bool(found)
        except (OSError, UnicodeError) as told:
            found, problem = (), "the name cannot be resolved"
            exists = getattr(told, "errno", None) not in NOBODY
        finally:
            del self._asking[host]
        answer = Answer(found, problem, loop.time() + (FAILED_TTL if problem else TTL), exists)
        self._known[host] = answer
        self._known.move_to_end(host)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return answer
