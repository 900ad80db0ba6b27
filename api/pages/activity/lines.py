"""What a line of the log shows: its title, the hosts below it, and the one that tells most."""

from collections.abc import Hashable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from api.labels import Label, Labels
from api.pages.activity.runs import Run, Subject
from api.pages.activity.wanted import People
from reports.sentences import reason_label
from reports.weeks import local_day
from rules.hosts import parents
from rules.verdict import Action
from store.children import Child
from store.opened import HostSum
from store.visits import VisitRow

type Told = VisitRow | HostSum
"""What a line is made of: a row of the log, or the sum of many."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the log as it is shown."""

    visit: VisitRow
    since: datetime
    visits: int
    day: date
    child: Child | None
    device: str
    label: Label
    title: str
    hosts: tuple[str, ...]
    """The most telling first; none where only counts were agreed."""
    reason: str
    why: str
    """Where the reason is told in full."""

    @property
    def first(self) -> str:
        """The most telling host, as people write it."""
        return self.hosts[0].removeprefix("www.") if self.hosts else ""


def subject_of(labels: Labels, hidden: AbstractSet[UUID]) -> Subject:
    """Return what rows are joined by: the app, else the site and its category."""

    def subject(row: VisitRow) -> Hashable:
        if row.service:
            return row.service
        # How many sites it were is not told either where only counts are agreed.
        site = "" if row.child_id in hidden else labels.catalogue.site_of(row.host)
        return site, row.category

    return subject


def line_of(run: Run, labels: Labels, people: People, *, is_hidden: bool, back: str) -> Row:
    """Lay out one line; what is done from its story leads back to `back`."""
    newest, speech = run.newest, labels.speech
    hosts = () if is_hidden else telling_first(run.hosts, newest, labels)
    label = labels.best(newest.category, newest.service)
    is_stopped = newest.action is Action.BLOCK
    return Row(
        visit=newest,
        since=run.since,
        visits=run.visits,
        day=local_day(newest.last, speech.zone),
        child=people.children.get(newest.child_id) if newest.child_id else None,
        device=people.devices.get(newest.device_id, "") if newest.device_id else "",
        label=label,
        title=title_of(newest, hosts, labels),
        hosts=hosts,
        reason=reason_label(newest.reason, speech) if is_stopped else "",
        why=f"/activity/why?{question(run.hosts[hosts[0]], back)}" if hosts else "",
    )


def title_of(newest: Told, hosts: tuple[str, ...], labels: Labels) -> str:
    """Name a line: by its app, else by its site; by its category where no site is named."""
    if newest.service or not hosts:
        return labels.best(newest.category, newest.service).name
    return hosts[0] if len(hosts) == 1 else labels.catalogue.site_of(hosts[0])


def telling_first(hosts: Iterable[str], newest: Told, labels: Labels) -> tuple[str, ...]:
    """Sort hosts: an app's own names before those that only serve its files, then by name."""
    service = labels.catalogue.services.get(newest.service)
    own = service.hosts if service else (labels.catalogue.site_of(newest.host),)
    rank = {name: place for place, name in enumerate(own)}

    def order(host: str) -> tuple[int, int, str]:
        place = min((rank[name] for name in parents(host) if name in rank), default=len(rank))
        return place, len(host.removeprefix("www.")), host

    return tuple(sorted(set(hosts), key=order))


def question(row: Told, back: str = "") -> str:
    """Write what a story is asked about as the query of its address."""
    parts = {
        "child": row.child_id or "",
        "device": row.device_id or "",
        "host": row.host,
        "at": row.last.isoformat(),
        "action": row.action,
        "reason": row.reason,
        "rule": row.rule,
        "layer": row.layer,
        "back": back,
    }
    return urlencode({name: str(value) for name, value in parts.items() if value})
