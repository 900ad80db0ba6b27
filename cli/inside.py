"""Says what is done inside a connection that is opened: what is seen, made safe, or taken out."""

from collections.abc import Iterator
from datetime import datetime

from feeds.catalogue import Catalogue
from rules.book import Rulebook
from rules.decide import decide
from rules.editing import Edit, editing
from rules.explain import Sentence
from rules.spent import Spent
from rules.verdict import Action, Verdict
from rules.visit import Visit
from words.speech import to_say

TAKEN_OUT = {
    "shorts": to_say("YouTube’s pages go on without Shorts."),
    "autoplay": to_say("On YouTube the next video does not begin by itself."),
    "comments": to_say("YouTube’s pages go on without comments."),
    "home": to_say("YouTube’s front page suggests nothing."),
    "related": to_say("YouTube suggests nothing beside a video."),
    "only": to_say("On YouTube only chosen channels and videos play."),
    "is_closed": to_say("Pages of YouTube that cannot be read are stopped."),
}
ADDRESSES = Sentence(
    "A rule must see the address of a page there: give a whole address to learn its answer."
    " Devices that do not trust our certificate are stopped.",
    {},
)


def inside(
    catalogue: Catalogue, book: Rulebook, visit: Visit, now: datetime, spent: Spent
) -> Iterator[Sentence]:
    """Tell it one by one; nothing of what is never opened, or stopped whatever its address."""
    if visit.known.never_open or visit.known.never_block:
        return
    for page in _pages(book, visit.host, now.timestamp()):
        yield Sentence("An adult opened this page there for a while: {page}", {"page": page})
    verdict = decide(book, visit, now, spent)
    if verdict.inside and not visit.path:
        yield ADDRESSES
    if verdict.blocks:
        return
    yield from _seen(verdict)
    if verdict.edits:
        yield from _taken_out(editing(book, visit, now, spent))
    if verdict.action is Action.REWRITE:
        yield from _made_safe(catalogue, visit.host, verdict)


def _seen(verdict: Verdict) -> Iterator[Sentence]:
    if verdict.reads:
        yield Sentence("No list knows this site: its pages are read for what they are about.", {})
    if verdict.hear:
        yield Sentence("Where the device allows it, what is searched there is heard.", {})


def _pages(book: Rulebook, host: str, at: float) -> Iterator[str]:
    """List the pages of a host that an adult opened for now."""
    running = [entry for layer in book.layers for entry in layer.pages if entry.runs(at)]
    # A grant of a wider layer stands in the narrower ones, too.
    yield from dict.fromkeys(f"{it.host}{it.path}" for it in running if it.host == host)


def _made_safe(catalogue: Catalogue, host: str, verdict: Verdict) -> Iterator[Sentence]:
    """Tell what an opened request gets besides leading to the safe host."""
    known = catalogue.inside(host)
    if known is None:
        return
    level = verdict.rule.partition(":")[2]
    params = [f"{name}={value}" for name, value in known.params.items()]
    headers = [
        f"{name}: {levels[level]}" for name, levels in known.headers.items() if level in levels
    ]
    if added := ", ".join((*params, *headers)):
        yield Sentence("Where it is opened, a request also gets: {added}", {"added": added})


def _taken_out(edit: Edit) -> Iterator[Sentence]:
    for name, message in TAKEN_OUT.items():
        if getattr(edit, name):
            yield Sentence(message, {})
