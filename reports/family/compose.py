"""What was read becomes one `FamilyLetter`: all its arithmetic, and no I/O."""

from collections.abc import Iterable
from datetime import date, datetime

from reports import minutes
from reports.family.bright import bright_of
from reports.family.limits import limits_of
from reports.family.nights import nights_of
from reports.family.questions import choose
from reports.family.record import WEEKS_BEFORE, Around
from reports.family.value import (
    Asked,
    Deed,
    Earned,
    FamilyLetter,
    Point,
    Seen,
    Typed,
    WeekUse,
    Worry,
    opened,
)
from reports.minutes import Bitmaps
from reports.values import WeekSummary
from reports.weeks import Week, local_day
from rules.earn import LEARNING_SCOPE
from rules.minutes import count
from rules.radar import Coverage
from rules.scope import ScopeKind, split

MOST_SHOWN = 20


def compose(summary: WeekSummary, around: Around, week: Week, now: datetime) -> FamilyLetter:
    """Write the letter of a week, or of its part so far; no more in it than the level allows."""
    bitmaps = around.bitmaps
    earlier = tuple(_earlier(bitmaps, week))
    begun = [day for day in week.days if day <= local_day(now, week.zone)]
    learning = [_learned(bitmaps, each.days) for each in (week, week.moved(-1))]
    letter = FamilyLetter(
        week=summary,
        earlier=earlier,
        limits=limits_of(around.policies, bitmaps, begun, around.credits, around.exchanges),
        nights=nights_of(around.policies, bitmaps, around.grants, week, now),
        learning=learning[0],
        learning_before=learning[1] if _is_comparable(summary) else None,
        new_services=_new_services(summary, bitmaps, week),
        searches=sum(row.kind == "search" for row in around.typed),
        videos=sum(row.kind == "video" for row in around.typed),
        comment=around.comment,
        **_lists(around),
    ).within(around.level)
    last = opened(around.last).questions if around.last else ()
    told = letter.model_copy(update={"went_well": bright_of(letter)})
    return told.model_copy(update={"questions": choose(told, _rules_of(last))})


def _lists(around: Around) -> dict[str, tuple[object, ...]]:
    return {
        "asked": tuple(_asked(around)),
        "earned": tuple(
            Earned(day=each.day, minutes=each.minutes, why=each.why, by=each.by)
            for each in around.credits
        ),
        "typed": tuple(_typed(around)),
        "worries": tuple(
            Worry(
                at=each.last,
                category=each.category,
                level=each.level.value,
                times=each.times,
                is_open=each.is_open,
            )
            for each in around.alerts
        ),
        "seen": tuple(_seen(name, coverage) for name, coverage in around.seen),
        "deeds": tuple(
            Deed(at=line.at, by=line.by.name, what=line.what, values=line.values)
            for line in around.lines
        ),
    }


def _earlier(bitmaps: Bitmaps, week: Week) -> Iterable[WeekUse]:
    for back in range(WEEKS_BEFORE, 0, -1):
        before = week.moved(-back)
        days = minutes.days_of(_of(bitmaps, before), before.days)
        if total := sum(day.minutes for day in days):
            yield WeekUse(
                first=before.first,
                minutes=total,
                by_category={use.id: use.minutes for use in minutes.categories_of(days, None)},
                learning=_learned(bitmaps, before.days),
            )


def _of(bitmaps: Bitmaps, week: Week) -> Bitmaps:
    return {key: bits for key, bits in bitmaps.items() if week.first <= key[0] <= week.last}


def _learned(bitmaps: Bitmaps, days: Iterable[date]) -> int:
    return sum(count(bitmaps.get((day, LEARNING_SCOPE), 0)) for day in days)


def _is_comparable(summary: WeekSummary) -> bool:
    return summary.minutes_before is not None and not summary.so_far


def _new_services(summary: WeekSummary, bitmaps: Bitmaps, week: Week) -> tuple[str, ...]:
    """Name the services of the week that were not used in the four before, if there were any."""
    before = {split(scope) for (day, scope), bits in bitmaps.items() if day < week.first and bits}
    if not before:
        return ()
    known = {name for kind, name in before if kind is ScopeKind.SERVICE}
    return tuple(use.id for use in summary.services if use.id not in known)


def _asked(around: Around) -> Iterable[Asked]:
    for ask in around.asks:
        terms = ask.terms
        yield Asked(
            at=ask.asked,
            scope=ask.wish.scope,
            minutes=(terms.minutes if terms else ask.wish.minutes) or 0,
            state=ask.state.value,
            by=ask.by,
            reasoned=bool(ask.wish.reason),
        )


def _typed(around: Around) -> Iterable[Typed]:
    newest = sorted(around.typed, key=lambda row: row.at, reverse=True)
    for row in newest[:MOST_SHOWN]:
        kind, text = ("search" if row.kind == "search" else "video"), row.title or row.name
        yield Typed.model_validate({"at": row.at, "kind": kind, "text": text})


def _seen(name: str, coverage: Coverage) -> Seen:
    if coverage.between is None:
        return Seen(device=name, percent=None)
    least, most = coverage.between
    percent = round(100 * coverage.seen / coverage.looked)
    return Seen(device=name, percent=percent, least=least, most=most)


def _rules_of(points: Iterable[Point]) -> frozenset[str]:
    return frozenset(point.rule for point in points)
