"""A week's records become one `WeekSummary`: all the letter's arithmetic, and no I/O."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from reports import minutes, sites
from reports.closed import closed_minutes, closing_hours
from reports.sites import SiteOf
from reports.values import DayUse, Given, WeekSummary
from reports.weeks import Week, local_day, minute_of_day
from rules.family import Grant
from rules.minutes import count
from rules.policy import Policy, Privacy
from rules.scope import ScopeKind
from rules.verdict import Action
from store.rollups import HourRow


@dataclass(frozen=True, slots=True)
class Record:
    """What was written down in seven days."""

    rows: Sequence[HourRow] = ()
    bitmaps: minutes.Bitmaps = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing in it."""
        return not self.rows and not any(self.bitmaps.values())


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose week it is, and under which rules."""

    child_id: UUID
    name: str
    policies: tuple[Policy, ...]
    """Every layer that holds for the child, from its own to the widest."""

    @property
    def privacy(self) -> Privacy:
        """How much is shown is the child's own matter: the narrowest layer decides."""
        return self.policies[0].privacy if self.policies else Privacy.COUNTS


def summarise(
    subject: Subject,
    week: Week,
    *,
    this: Record,
    before: Record,
    known_hosts: Iterable[str],
    grants: Iterable[Grant],
    site_of: SiteOf,
    now: datetime,
) -> WeekSummary:
    """Make the summary of a week, or of its part so far if it still runs at `now`."""
    known = set(known_hosts)
    earlier = None if before.is_empty else _same_stretch(before, week, now)
    days = minutes.days_of(this.bitmaps, week.days)
    days_before = None if earlier is None else minutes.days_of(earlier.bitmaps, week.moved(-1).days)
    services = minutes.uses_of(
        this.bitmaps,
        {} if earlier is None else earlier.bitmaps,
        ScopeKind.SERVICE,
        compare=earlier is not None,
    )
    used, stopped = sites.opened(this.rows, site_of), sites.stopped(this.rows, site_of)
    summary = WeekSummary(
        child_id=subject.child_id,
        child_name=subject.name,
        zone=week.zone,
        first=week.first,
        last=week.last,
        made=now,
        so_far=not week.is_over(now),
        privacy=subject.privacy,
        days=days,
        minutes=_sum(days),
        minutes_before=None if days_before is None else _sum(days_before),
        categories=minutes.categories_of(days, days_before),
        services=services,
        sites=used[: sites.TOP],
        new_sites=sites.new(used, known, site_of)[: sites.TOP] if known else (),
        is_first=not known,
        stopped=stopped,
        stopped_times=sum(group.times for group in stopped),
        stopped_before=None if earlier is None else _times_stopped(earlier.rows),
        given=_given(grants, week),
        closed_minutes=_in_closed_hours(subject.policies, this, week),
    )
    return summary if subject.privacy.names_sites else summary.without_sites()


def _same_stretch(before: Record, week: Week, now: datetime) -> Record:
    """Cut last week's record where this week stands, so that like is compared with like."""
    if week.is_over(now):
        return before
    moment = now - (week.since - week.moved(-1).since)
    last = local_day(moment, week.zone)
    return Record(
        rows=[row for row in before.rows if row.hour < moment],
        bitmaps=minutes.until_minute(before.bitmaps, last, minute_of_day(moment, week.zone)),
    )


def _given(grants: Iterable[Grant], week: Week) -> tuple[Given, ...]:
    mine = [grant for grant in grants if grant.since < week.until and grant.until > week.since]
    listed = [
        Given(
            scope=grant.scope,
            since=grant.since,
            minutes=round((grant.until - grant.since).total_seconds() / 60),
            by=grant.by,
            reason=grant.reason,
        )
        for grant in sorted(mine, key=lambda grant: grant.since)
    ]
    # One that was taken back at once was a slip of the finger.
    return tuple(given for given in listed if given.minutes)


def _in_closed_hours(policies: Iterable[Policy], this: Record, week: Week) -> int | None:
    hours = closing_hours(policies)
    if not hours:
        return None
    return sum(
        count(minutes.total(this.bitmaps, day) & closed_minutes(hours, day)) for day in week.days
    )


def _sum(days: Iterable[DayUse]) -> int:
    return sum(day.minutes for day in days)


def _times_stopped(rows: Iterable[HourRow]) -> int:
    return sum(row.minutes for row in rows if row.action is Action.BLOCK)
