"""Messengers, ntfy, webhooks and the rest: asked of Apprise, in a process that ends again."""

import asyncio
import json
import sys
from dataclasses import dataclass

from reports import outcome
from reports.messages import Said
from reports.outcome import SENT, Outcome
from words.labels import to_say

PATIENCE = 60.0
RESTING = frozenset({"408", "425", "429"})
SERVER = "5"


@dataclass(frozen=True, slots=True)
class Service:
    """What an address leads to."""

    name: str
    shown: str
    """The address without its secrets."""


async def look_at(url: str) -> Service | None:
    """Tell what an address leads to; None where no service is known for it."""
    answer = await _ask({"do": "check", "url": url})
    return Service(answer["service"], answer["shown"]) if answer else None


async def send(url: str, said: Said, link: str) -> Outcome:
    """Send a message; a link to the page that answers it stands below."""
    body = f"{said.body}\n{link}"
    answer = await _ask({"do": "send", "url": url, "title": said.title, "body": body})
    match (answer or {}).get("end"):
        case "sent":
            return SENT
        case "unknown":
            return outcome.failed(to_say("This address is not understood any more."))
        case "away":
            return outcome.again(to_say("The service could not be reached."))
        case "refused":
            return _refused(answer["code"] if answer else "")
        case _:
            return outcome.failed(to_say("The service did not answer. It may have arrived."))


def _refused(code: str) -> Outcome:
    if code in RESTING or code.startswith(SERVER):
        return outcome.again(to_say("The service asks to wait (HTTP {code})."), code=code)
    return outcome.failed(
        to_say("The service refused it (HTTP {code}): look at the address and its secrets."),
        code=code,
    )


async def _ask(question: dict[str, str]) -> dict[str, str] | None:
    """Ask the process; None where it did not answer in time."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "reports.messenger",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            told, _ = await process.communicate(json.dumps(question).encode())
        answer: dict[str, str] = json.loads(told)
    except (TimeoutError, ValueError):
        return None
    else:
        return answer
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
