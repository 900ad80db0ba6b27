"""What names led to a moment ago, so that a page with forty connections asks once."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

TTL = 30.0
"""The system's resolver does not say how long an answer holds; few hold for less."""
FAILED_TTL = 1.0
ANSWER_SECONDS = 5.0
MOST = 5_000

type LookUp = Callable[[str, int], Awaitable[list[str]]]


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a name leads, or why that is not known; and until when this is believed."""

    addresses: tuple[str, ...]
    problem: str
    until: float


class Resolved:
    """Asks a resolver and remembers its answer; who may go where is decided on each use.

    All who ask at once wait for one answer; that one of them gives up is no matter to the others.
    """

    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up
        self._known: OrderedDict[str, Answer] = OrderedDict()
        self._asking: dict[str, asyncio.Task[Answer]] = {}

    async def addresses(self, host: str, port: int) -> list[str]:
        """Return the addresses of a name. Raises OSError."""
        answer = self._known.get(host)
        if answer is None or answer.until <= asyncio.get_running_loop().time():
            answer = await asyncio.shield(self._question(host, port))
        if answer.problem:
            raise OSError(answer.problem)
        return list(answer.addresses)

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
            problem = "" if found else "the name has no address"
        except (OSError, UnicodeError):
            found, problem = (), "the name cannot be resolved"
        finally:
            del self._asking[host]
        answer = Answer(found, problem, loop.time() + (FAILED_TTL if problem else TTL))
        self._known[host] = answer
        self._known.move_to_end(host)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return answer
