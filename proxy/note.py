"""From a judged visit to a line of the journal, holding no more than the privacy level allows."""

from collections import deque
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from proxy.current import Current
from proxy.judge import Judged
from rules.alerts import Level, Place
from rules.policy import Privacy
from rules.scope import ScopeKind
from rules.verdict import Reason, Verdict
from store.devices import Sighting
from store.journal import Alarm, Journal, JournalHealth, MinuteMark, Note, Told

type Item = Note | MinuteMark | Sighting | Told | Alarm

WAITING = 50_000
OF_PAGES = tuple(f"{kind}:" for kind in (ScopeKind.URL, ScopeKind.CHANNEL, ScopeKind.VIDEO))
PAGED = (Reason.GRANT, Reason.CHANNEL)
"""Reasons whose rule may say which page it was."""


class Pen:
    """Writes notes; while there is no journal yet they wait, the newest kept longest."""

    def __init__(self, current: Current) -> None:
        self._current = current
        self._journal: Journal | None = None
        self._waiting: deque[Item] = deque(maxlen=WAITING)

    def attach(self, journal: Journal) -> None:
        """Begin to write into a journal, first what waited."""
        self._journal = journal
        while self._waiting:
            self._write(self._waiting.popleft())

    def _is_wanted(self, device_id: UUID | None, now: datetime) -> bool:
        standing = self._current.standing
        return standing.household is None or standing.is_recorded(device_id, now)

    def _is_noted(self, device_id: UUID | None, now: datetime) -> bool:
        """Tell whether visits are noted at all; at the level of minutes none is."""
        standing = self._current.standing
        return self._is_wanted(device_id, now) and (
            standing.household is None or standing.privacy_of(device_id, now) is not Privacy.MINUTES
        )

    def visit(
        self,
        device_id: UUID | None,
        judged: Judged,
        now: datetime,
        *,
        opened: bool = False,
        page: str = "",
    ) -> None:
        """Note one visit."""
        if not self._is_noted(device_id, now):
            return
        self._write(self._note(device_id, judged, now, opened=opened, page=page))

    def blocked(
        self, device_id: UUID | None, judged: Judged, now: datetime, *, opened: bool = False
    ) -> None:
        """Note that something was stopped."""
        if not self._is_noted(device_id, now):
            return
        self._write(self._note(device_id, judged, now, opened=opened))

    def bytes(
        self,
        device_id: UUID | None,
        judged: Judged,
        now: datetime,
        up: int,
        down: int,
        *,
        opened: bool,
    ) -> None:
        """Note bytes of a visit noted before."""
        if not self._is_noted(device_id, now):
            return
        self._write(self._note(device_id, judged, now, visits=0, up=up, down=down, opened=opened))

    def opened_as(
        self,
        device_id: UUID,
        judged: Judged,
        now: datetime,
        *,
        opened: bool,
        page: str,
        kind: str,
        name: str,
        title: str,
        detail: str = "",
    ) -> None:
        """Note what was searched or watched: only where pages are noted, else not a word of it."""
        keeps = self._current.standing.privacy_of(device_id, now) is Privacy.PAGES
        if not keeps or not self._is_wanted(device_id, now):
            return
        note = self._note(device_id, judged, now, visits=0, opened=opened, page=page)
        self._write(replace(note, kind=kind, name=name, title=title, detail=detail))

    def alarm(
        self,
        device_id: UUID,
        now: datetime,
        *,
        category: str,
        level: Level,
        place: Place,
        host: str,
        words: str,
        topic: str = "",
        of_child: bool = True,
    ) -> None:
        """Tell of grave words: what about and how grave; where and which words only if agreed.

        What is not `of_child` is about ourselves, and told whenever it is found.
        """
        standing = self._current.standing
        if not self._is_wanted(device_id, now):
            return
        if of_child and not standing.tells(device_id, now):
            return
        privacy, child = standing.privacy_of(device_id, now), standing.one_child(device_id)
        alarm = Alarm(
            at=now,
            device_id=device_id,
            child_id=child.id if child else None,
            category=category,
            level=level,
            place=place,
            host=host if privacy.names_sites else "",
            words=words if privacy is Privacy.PAGES else "",
            topic=topic,
        )
        self._write(alarm)

    def mark(self, mark: MinuteMark) -> None:
        """Note an attended minute."""
        self._write(mark)

    def sight(self, sighting: Sighting) -> None:
        """Note what was observed of a device."""
        if self._is_wanted(sighting.device_id, sighting.at):
            self._write(sighting)

    def tell(self, told: Told) -> None:
        """Note what a child was told."""
        self._write(told)

    def health(self) -> JournalHealth:
        """Tell how the journal is doing."""
        if self._journal:
            return self._journal.health()
        return JournalHealth(waiting=len(self._waiting), last_error="the database is away")

    def _write(self, item: Item) -> None:
        match self._journal, item:
            case None, _:
                self._waiting.append(item)
            case journal, Note():
                journal.note(item)
            case journal, MinuteMark():
                journal.mark(item)
            case journal, Sighting():
                journal.sight(item)
            case journal, Told():
                journal.tell(item)
            case journal, Alarm():
                journal.alarm(item)

    def _note(
        self,
        device_id: UUID | None,
        judged: Judged,
        now: datetime,
        *,
        visits: int = 1,
        up: int = 0,
        down: int = 0,
        opened: bool = False,
        page: str = "",
    ) -> Note:
        standing, known = self._current.standing, judged.known
        privacy = standing.privacy_of(device_id, now) if standing.household else Privacy.COUNTS
        child = standing.one_child(device_id) if standing.household else None
        return Note(
            at=now,
            device_id=device_id,
            child_id=child.id if child else None,
            host=judged.host if privacy.names_sites else "",
            verdict=_written(judged.verdict, privacy),
            category=known.categories[0] if known.categories else "",
            # A service is as good as the name of its site.
            service=known.services[0] if known.services and privacy.names_sites else "",
            visits=visits,
            bytes_up=up,
            bytes_down=down,
            opened=opened,
            page=page if privacy is Privacy.PAGES else "",
        )


def _written(verdict: Verdict, privacy: Privacy) -> Verdict:
    """Leave out of a verdict what would name a site, or a page of it, against the family's wish."""
    if not privacy.names_sites:
        return _without_names(verdict)
    is_page = verdict.reason in PAGED and verdict.rule.startswith(OF_PAGES)
    return verdict._replace(rule="") if is_page and privacy is Privacy.SITES else verdict


def _without_names(verdict: Verdict) -> Verdict:
    """Leave out of a verdict what names the site after all: the line of a list, the safe host."""
    kinds = ("site:", "engine:", "explicit:", "service:", *OF_PAGES)
    names_a_site = verdict.rule.startswith(kinds) or "." in verdict.rule
    # The label of a rule about addresses is often the address itself.
    names_a_site = names_a_site or verdict.reason is Reason.URL
    rule = "" if names_a_site else verdict.rule
    return Verdict(
        verdict.action,
        verdict.reason,
        verdict.layer,
        rule,
        verdict.until,
        "",
        verdict.used,
        verdict.limit,
    )


def page_of(scheme: str, host: str, path: str) -> str:
    """Return a page's address without query and fragment."""
    return f"{scheme}://{host}{path.partition('?')[0].partition('#')[0]}"
