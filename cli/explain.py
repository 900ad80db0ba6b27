"""Shows how a visit would be judged: each check with its answer, and what people are told."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

from cli.clock import system_clock
from cli.inside import inside
from cli.names import find_child, find_device, nobody
from cli.places import lists_folder
from cli.saying import language
from cli.settings import Settings
from cli.when import moment
from feeds.catalogue import Catalogue, load
from rules.account import account
from rules.compile import compile_child
from rules.explain import Sentence
from rules.family import ChildRules
from rules.hosts import normalise, parents
from rules.spent import Spent
from rules.trusting import is_granted, is_trusted
from rules.verdict import Verdict
from rules.videos import at_path
from rules.visit import Visit
from store import household, readings, spent
from store.database import Database
from words.speech import Speech, to_say


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a judgement needs: who, what, when, and what was used already."""

    child: ChildRules
    visit: Visit
    at: datetime
    spent: Spent
    device: str = ""
    """Its name, where somebody said on which."""


def show(settings: Settings, child: str, host: str, at: str, device: str = "") -> Sentence | None:
    """Print the judgement; a sentence comes back where there is nothing to judge."""
    catalogue = load(lists_folder(settings))
    case = asyncio.run(_case(settings, catalogue, child, host, at, on=device))
    if isinstance(case, Sentence):
        return case
    names = partial(_name_of, catalogue)
    speech = Speech(language(), case.child.zone, names)
    for line in report(case, speech, catalogue):
        Console(highlight=False).print(line)
    return None


def report(case: Case, speech: Speech, catalogue: Catalogue) -> list[str | Table]:
    """Say a judgement: the question, the table of checks, and the whole story for each reader."""
    book = compile_child(case.child)
    told = account(
        book,
        case.visit,
        case.at,
        case.spent,
        child=case.child.name,
        device=case.device,
    )
    table = Table(speech.say("Rule of"), speech.say("Check"), speech.say("Answer"))
    for step in told.steps:
        table.add_row(step.layer, step.check, answer(step.verdict, speech, case.at))
    return [
        speech.say(
            "{child}, {host}, {day} {time}",
            child=case.child.name,
            host=f"{case.visit.host}{case.visit.path}",
            day=speech.day(case.at.date()),
            time=speech.time(case.at),
        ),
        table,
        *_looks(case, speech),
        *_sent(case, speech),
        *(
            speech.sentence(each, case.at)
            for each in inside(catalogue, book, case.visit, case.at, case.spent)
        ),
        speech.say("Verdict: {answer}", answer=answer(told.verdict, speech, case.at)),
        speech.say("The child reads: {sentence}", sentence=speech.sentence(told.child, case.at)),
        speech.say("The parent reads: {sentence}", sentence=speech.sentence(told.parent, case.at)),
    ]


def _looks(case: Case, speech: Speech) -> list[str]:
    """Say the words by which a site's own pages told what it is about."""
    words = ", ".join(case.visit.known.looks)
    return [speech.say("Words seen on its pages: {words}", words=words)] if words else []


def _sent(case: Case, speech: Speech) -> list[str]:
    """Say what is done about what is sent there."""
    book, known, found = compile_child(case.child), case.visit.known, []
    if known.chats and book.homework.on:
        found.append(to_say("Homework is held back there, explanations pass."))
    if book.sending.ask and book.details:
        hosts, at = tuple(parents(case.visit.host)), case.at.timestamp()
        if is_trusted(book.sending, hosts, known):
            found.append(to_say("Private details may be sent there: it is trusted."))
        elif is_granted(book, hosts, at):
            found.append(to_say("Private details may be sent there: an adult said so."))
        else:
            found.append(to_say("Before private details are sent there, the child is asked."))
    return [speech.say(message) for message in found]


def answer(verdict: Verdict | None, speech: Speech, at: datetime) -> str:
    """Write a verdict as one line for an engineer, in the words of the code."""
    if verdict is None:
        return "–"
    parts = [verdict.action.value, verdict.reason.value, verdict.rule]
    if verdict.limit is not None:
        parts.append(f"{verdict.used}/{verdict.limit} min")
    if verdict.to:
        parts.append(f"→ {verdict.to}")
    if verdict.until is not None:
        parts.append(f"… {speech.when(verdict.until, at)}")
    return " · ".join(part for part in parts if part)


async def _case(
    settings: Settings, catalogue: Catalogue, name: str, host: str, at: str, *, on: str
) -> Case | Sentence:
    try:
        plain, path, query = _taken_apart(host)
    except ValueError:
        return Sentence("“{host}” is not a site: write it like youtube.com.", {"host": host})
    now = system_clock()
    db = await Database.open(settings.db_url)
    try:
        async with db.read() as connection:
            everything = await household.load(connection, now=now)
            child = find_child(everything, name)
            if child is None:
                return nobody(everything, name)
            device = find_device(everything, child, on)
            if on and not device:
                values = {"child": child.name, "name": on}
                return Sentence("{child} has no device called “{name}”.", values)
            judged_at = moment(at, child.zone, now)
            book = compile_child(child)
            used = await spent.of_child(connection, child, book, now=judged_at)
            listed = catalogue.look_up(plain)
            known = await readings.known_of(connection, plain, listed, judged_at)
            known = at_path(plain, known, path)
    except ValueError:
        return Sentence(
            "“{at}” is not a moment: write “tue 21:15”, “21:15” or 2026-11-24T21:15.", {"at": at}
        )
    finally:
        await db.close()
    visit = Visit(plain, known, path=path, query=query)
    return Case(child, visit, judged_at, used, device)


def _taken_apart(text: str) -> tuple[str, str, str]:
    """Read a site or a whole address: host, path and query. Raises ValueError.

    A site alone is a connection that nobody looks into; an address is a page in an opened one.
    """
    is_page = "://" in text or "/" in text or "?" in text
    parts = urlsplit(text if "://" in text else f"//{text}")
    if parts.scheme not in ("", "http", "https"):
        raise ValueError(text)
    host = normalise(parts.hostname or "" if is_page else text)
    return host, (parts.path or "/") if is_page else "", parts.query


def _name_of(catalogue: Catalogue, kind: str, identifier: str) -> str:
    return catalogue.name_of(kind, identifier, language())
