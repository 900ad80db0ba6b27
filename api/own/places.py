"""What a child was stopped at, as the panel itself sees it: nothing is believed of a link."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from api.errors import Misfit
from api.own.guests import Owner
from api.own.standing import rules_of
from rules.answering import addressee, stopped_by, visit_of
from rules.asking import Choice, choices, lengths, minutes_to_end, of_videos
from rules.book import Rulebook
from rules.compile import compile_child
from rules.decide import decide
from rules.editing import editing
from rules.hosts import normalise, parents
from rules.scope import sending_to
from rules.trusting import is_trusted
from rules.verdict import Verdict
from rules.videos import at_path, meant
from rules.visit import UNLISTED, Known, Visit
from store import groups, readings, spent
from store.groups import Group
from words.speech import to_say

NO_SITE = to_say("This is not the address of a page. Copy it as the browser shows it.")
ANY = "any-other-site.invalid"
"""A site that no list knows: what stops it stops everything."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page or site with what holds for the child there now; without a host, everything."""

    url: str
    host: str
    site: str
    known: Known
    verdict: Verdict
    choices: tuple[Choice, ...]
    lengths: tuple[int, ...]
    to_end: int | None
    """Minutes until the hours end that stop it: the length “until the lesson ends”."""

    def choice(self, key: str) -> Choice:
        """Return what was chosen of what there is to choose. Raises Misfit."""
        for each in self.choices:
            if each.key == key:
                return each
        raise Misfit("what", to_say("Please choose one of these."))


async def place_of(owner: Owner, typed: str) -> Place:
    """Look at a place with the child's own rules and our own lists. Raises Misfit."""
    url, host = _taken_apart(typed)
    known = owner.panel.catalogue.look_up(host) if host else UNLISTED
    rules = await rules_of(owner)
    async with owner.panel.db.read() as store:
        if host:
            known = await readings.known_of(store, host, known, owner.now)
        book = compile_child(rules)
        used = await spent.of_child(store, rules, book, now=owner.now)
    path = urlsplit(url).path
    visit = Visit(host or ANY, at_path(host, known, path), path=path)
    verdict = decide(book, visit, owner.now, used)
    place = _with_sending(_place(owner, url, visit, verdict, is_site=bool(host)), book)
    number, channel = meant(visit.host, visit.path)
    if verdict.blocks or not (number or channel):
        return place
    edit = editing(book, visit, owner.now, used)
    stopped = edit.stops(number, frozenset({channel} - {""}))
    if stopped is None:
        return place
    return replace(place, verdict=stopped, choices=of_videos(number, channel))


def _with_sending(place: Place, book: Rulebook) -> Place:
    """Let a child ask whether it may send something about itself, where it would be held back."""
    sending, hosts = book.sending, tuple(parents(place.host))
    if not (place.host and sending.ask and book.details):
        return place
    if is_trusted(sending, hosts, place.known):
        return place
    send = Choice("send", sending_to(place.host))
    # What is open is hardly asked for, but for this.
    first = () if place.verdict.blocks else (send,)
    return replace(place, choices=tuple(dict.fromkeys((*first, *place.choices, send))))


async def answerer(owner: Owner, scope: str) -> tuple[Group, datetime | None] | None:
    """Find the class or school whose rule stops something now, and until when; None: the family."""
    rules, look_up = await rules_of(owner), owner.panel.catalogue.look_up
    book = compile_child(rules)
    async with owner.panel.db.read() as store:
        used = await spent.of_child(store, rules, book, now=owner.now)
        stop = stopped_by(rules, book, visit_of(scope, look_up), owner.now, used)
        group_id = addressee(rules, stop)
        if stop is None or group_id is None:
            return None
        return await groups.get(store, group_id), stop.verdict.until


def _place(owner: Owner, url: str, visit: Visit, verdict: Verdict, *, is_site: bool) -> Place:
    site = owner.panel.catalogue.site_of(visit.host) if is_site else ""
    # Only where the device trusts us can anybody tell one page from another.
    page = url if owner.guest.secure else ""
    return Place(
        url=url,
        host=visit.host if is_site else "",
        site=site,
        known=visit.known,
        verdict=verdict,
        choices=choices(site, visit.known, verdict, page),
        lengths=lengths(verdict, owner.now, little=owner.is_little),
        to_end=minutes_to_end(verdict, owner.now),
    )


def _taken_apart(typed: str) -> tuple[str, str]:
    """Return a page's address without its query, and its host; both empty where there is none."""
    if not typed.strip():
        return "", ""
    whole = typed.strip() if "://" in typed else f"https://{typed.strip()}"
    try:
        parts = urlsplit(whole)
        host = normalise(parts.hostname or "")
    except ValueError as error:
        raise Misfit("url", NO_SITE) from error
    if parts.scheme not in ("http", "https") or "." not in host:
        raise Misfit("url", NO_SITE)
    return f"{parts.scheme}://{host}{parts.path or '/'}", host
