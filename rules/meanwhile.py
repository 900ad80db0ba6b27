"""What is open while something is stopped, and what comes next: told beside every reason."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from rules.book import Rulebook
from rules.decide import decide
from rules.family import LEARNING
from rules.left import ANYTHING, closing
from rules.sentences import NONE, Sentence
from rules.spent import Spent
from rules.verdict import Reason, Verdict
from rules.visit import Known, Visit

SCHOOLWORK = Visit("learning.invalid", Known(categories=(LEARNING,)))
SOME = Sentence("The sites your adults chose are open now.", NONE)
LEARN = Sentence("Learning sites are open now.", NONE)
NOTHING = Sentence("Nothing else is open just now. Help always is.", NONE)
ENDING = frozenset({Reason.HOURS, Reason.PAUSED, Reason.LESSON})
SHOWN = 8
TOMORROW = Sentence("Tomorrow there is new time.", NONE)
NEXT_WEEK = Sentence("Next week there is new time.", NONE)


def meanwhile(
    book: Rulebook, verdict: Verdict, now: datetime, spent: Mapping[str, int] | Spent
) -> tuple[Sentence, ...]:
    """Say what is open now beside what was stopped, and what comes next."""
    if not book.layers:
        return ()
    return (*_now(book, now, spent), *_next(book, verdict, now))


def _now(book: Rulebook, now: datetime, spent: Mapping[str, int] | Spent) -> Iterator[Sentence]:
    ordinary = decide(book, ANYTHING, now, spent)
    if not ordinary.blocks:
        turn = closing(book, now)
        if turn is None:
            yield Sentence("Other sites are open for you now.", NONE)
        else:
            values = {"until": turn[1], "hours": ("hours", turn[0])}
            yield Sentence(
                "Other sites are open for you now, until {until}: then it is {hours}.", values
            )
    elif ordinary.reason is Reason.LESSON:
        yield from _lesson(book, now)
    elif ordinary.reason is Reason.UNKNOWN_SITE:
        yield SOME
    elif not decide(book, SCHOOLWORK, now, spent).blocks:
        yield LEARN
    else:
        yield NOTHING


def _lesson(book: Rulebook, now: datetime) -> Iterator[Sentence]:
    at = now.timestamp()
    for layer in book.layers:
        if layer.lesson and layer.lesson.since <= at < layer.lesson.until:
            sites = ", ".join(list(layer.lesson.sites)[:SHOWN])
            yield Sentence("Open for the lesson: {sites}.", {"sites": sites})


def _next(book: Rulebook, verdict: Verdict, now: datetime) -> Iterator[Sentence]:
    if verdict.reason is Reason.ALLOWANCE:
        yield NEXT_WEEK if verdict.week else TOMORROW
    until = verdict.until
    if (
        verdict.reason not in (Reason.HOURS, Reason.PAUSED, Reason.LESSON)
        or until is None
        or until <= now
    ):
        return
    # Minutes of a day that has not begun are not used yet.
    if not decide(book, ANYTHING, until, {}).blocks:
        yield Sentence("Next: it opens at {until}.", {"until": until})
