"""Sites of a week, from hourly rows: opened most, new, and stopped for which reason."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from reports.values import SiteUse, Stopped
from rules.verdict import Action, Reason
from store.rollups import HourRow

HOUR = 60
TOP = 15
EXAMPLES = 3
NEWS = 3
"""Minutes from which a site is news: a page loads dozens of others along, each for a moment."""
BEHIND_THE_SCENES = frozenset({"ads", "tracking", "system"})
"""Categories nobody opens on purpose: they would crowd out the sites a child really chose."""

type SiteOf = Callable[[str], str]
"""Gives the site (registrable domain) a host belongs to."""


def opened(rows: Iterable[HourRow], site_of: SiteOf) -> tuple[SiteUse, ...]:
    """Sum up the sites that were opened, most minutes first."""
    by_site: dict[str, list[HourRow]] = defaultdict(list)
    for row in rows:
        if row.action is not Action.BLOCK and row.host:
            by_site[site_of(row.host)].append(row)
    uses = [_use(site, mine) for site, mine in by_site.items()]
    chosen = [use for use in uses if use.category not in BEHIND_THE_SCENES]
    return tuple(sorted(chosen, key=lambda use: (-use.minutes, -use.visits, use.site)))


def new(
    uses: Iterable[SiteUse], known_hosts: Iterable[str], site_of: SiteOf
) -> tuple[SiteUse, ...]:
    """Keep the sites that were never opened before, and not just loaded along with a page."""
    known = {site_of(host) for host in known_hosts}
    return tuple(use for use in uses if use.site not in known and use.minutes >= NEWS)


def stopped(rows: Iterable[HourRow], site_of: SiteOf) -> tuple[Stopped, ...]:
    """Group what was stopped by reason, most often first."""
    by_reason: dict[Reason, list[HourRow]] = defaultdict(list)
    for row in rows:
        if row.action is Action.BLOCK:
            by_reason[row.reason].append(row)
    groups = [_stopped(reason, mine, site_of) for reason, mine in by_reason.items()]
    return tuple(sorted(groups, key=lambda group: (-group.times, group.reason)))


def _use(site: str, rows: list[HourRow]) -> SiteUse:
    heaviest = max(rows, key=lambda row: (row.visits, row.host))
    return SiteUse(
        site=site,
        category=heaviest.category,
        service=heaviest.service,
        minutes=_minutes(rows),
        visits=sum(row.visits for row in rows),
    )


def _minutes(rows: Iterable[HourRow]) -> int:
    """Never too many: of several hosts of a site in one hour, only the longest is counted."""
    by_host: Counter[tuple[datetime, str]] = Counter()
    for row in rows:
        by_host[row.hour, row.host] += row.minutes
    by_hour: dict[datetime, int] = {}
    for (hour, _), minutes in by_host.items():
        by_hour[hour] = max(by_hour.get(hour, 0), min(minutes, HOUR))
    return sum(by_hour.values())


def _stopped(reason: Reason, rows: list[HourRow], site_of: SiteOf) -> Stopped:
    sites: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    for row in rows:
        categories[row.category] += row.minutes
        if row.host:
            sites[site_of(row.host)] += row.minutes
    return Stopped(
        reason=reason,
        times=sum(row.minutes for row in rows),
        categories=tuple(name for name, _ in categories.most_common(EXAMPLES) if name),
        examples=tuple(site for site, _ in sites.most_common(EXAMPLES)),
    )
