"""What stands below a day's strip: sites and apps, what was searched and watched, and stopped."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from api.labels import Label, Labels
from api.pages.activity.lines import question, telling_first, title_of
from reports.minutes import Bitmaps
from reports.sentences import reason_label
from rules.minutes import count
from rules.scope import service
from rules.verdict import Action
from store.opened import HostSum
from store.visits import PageRow


@dataclass(frozen=True, slots=True)
class Row:
    """One site or app, as often as it got the same kind of answer."""

    label: Label
    title: str
    hosts: tuple[str, ...]
    """The most telling first; none where only counts are agreed."""
    since: datetime
    last: datetime
    visits: int
    minutes: int
    """Minutes that count; 0 where they are counted for an app or a category only."""
    reason: str
    """Why it was stopped; empty where it was not."""
    why: str
    """Where the whole story is told, and what may be done."""

    @property
    def first(self) -> str:
        """The most telling host, as people write it."""
        return self.hosts[0].removeprefix("www.") if self.hosts else ""


@dataclass(frozen=True, slots=True)
class Words:
    """Something searched for or watched."""

    page: PageRow
    why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """How the rows of a day are told: in whose words, and whether sites are named."""

    labels: Labels
    bitmaps: Bitmaps
    """The minutes of the stretch shown."""
    is_hidden: bool
    back: str
    """Where a story's buttons lead back to."""

    def minutes(self, scope: str) -> int:
        """Count the minutes of a scope."""
        return sum(count(bits) for (_, of), bits in self.bitmaps.items() if of == scope)

    def subject(self, each: HostSum) -> tuple[str, ...]:
        """Say by what sums are joined: the app, else the site; a stop by its reason, too."""
        reason = each.reason if each.action is Action.BLOCK else ""
        # Neither apps nor how many sites it were are told where only counts are agreed.
        if self.is_hidden:
            return reason, each.category
        if each.service:
            return reason, "", each.service
        return reason, "", self.labels.catalogue.site_of(each.host), each.category

    def label(self, each: HostSum) -> Label:
        """Show what a sum is about."""
        return self.labels.best(each.category, "" if self.is_hidden else each.service)


def rows_of(sums: Iterable[HostSum], shown: Shown) -> tuple[list[Row], list[Row]]:
    """Join hosts of one app, or of one site; return what was opened, and what was stopped."""
    joined: dict[tuple[str, ...], list[HostSum]] = {}
    for each in sums:
        joined.setdefault(shown.subject(each), []).append(each)
    rows = [_row(together, shown) for together in joined.values()]
    opened = [row for row in rows if not row.reason]
    opened.sort(key=lambda row: (-row.minutes, -row.visits, row.title))
    stopped = [row for row in rows if row.reason]
    stopped.sort(key=lambda row: row.last, reverse=True)
    return opened, stopped


def words_of(pages: Iterable[PageRow], sums: Iterable[HostSum], back: str) -> list[Words]:
    """Give what was searched or watched the story of its host."""
    newest: dict[str, HostSum] = {}
    for each in sums:
        newest.setdefault(each.host, each)
    return [
        Words(page, _why(newest[page.host], back) if page.host in newest else "") for page in pages
    ]


def _row(sums: list[HostSum], shown: Shown) -> Row:
    newest, labels = max(sums, key=lambda each: each.last), shown.labels
    hosts = () if shown.is_hidden else telling_first([each.host for each in sums], newest, labels)
    label = shown.label(newest)
    is_stopped = newest.action is Action.BLOCK
    counts = bool(newest.service and hosts) and not is_stopped
    told = next((each for each in sums if hosts and each.host == hosts[0]), newest)
    return Row(
        label=label,
        title=title_of(newest, hosts, labels) if hosts else label.name,
        hosts=hosts,
        since=min(each.since for each in sums),
        last=newest.last,
        visits=sum(each.visits for each in sums),
        minutes=shown.minutes(service(newest.service)) if counts else 0,
        reason=reason_label(newest.reason, labels.speech) if is_stopped else "",
        why=_why(told, shown.back) if hosts else "",
    )


def _why(each: HostSum, back: str) -> str:
    return f"/activity/why?{question(each, back)}"
