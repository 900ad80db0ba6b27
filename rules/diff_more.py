"""What changed in the rarer parts of a policy: weeks, other days, addresses, floors, places."""

from collections.abc import Iterator, Mapping
from datetime import date

from rules.explain import name
from rules.limits import Allowance
from rules.pairs import pair
from rules.policy import Policy
from rules.sentences import Sentence
from rules.times import Applies, DateException, Span, Window

NOT_SET = ("choice", "none")

type Key = tuple[str, bool]


def newer_parts(old: Policy, new: Policy) -> Iterator[Sentence]:
    """Tell every change in these parts, one sentence each."""
    yield from _minutes(old, new)
    yield from _windows(old, new)
    yield from _exceptions(old, new)
    yield from _lists(old, new)
    yield from _urls(old, new)
    yield from _floors(old, new)
    yield from _applies(old.applies, new.applies)
    if old.private_hours != new.private_hours:
        values = {"old": _held(old.private_hours), "new": _held(new.private_hours)}
        yield Sentence("Private hours: {old} → {new}", values)
    if old.unnamed is not new.unnamed:
        values = pair("choice", old.unnamed, new.unnamed)
        yield Sentence("Connections that name no site: {old} → {new}", values)
    if old.let_finish != new.let_finish:
        minutes = _from_to(old.let_finish or None, new.let_finish or None)
        yield Sentence("Minutes for a running video to end: {old} → {new}", minutes)
    if old.slow_lane != new.slow_lane:
        minutes = _from_to(old.slow_lane or None, new.slow_lane or None)
        yield Sentence("Slow minutes before an end: {old} → {new}", minutes)


def _from_to(old: int | None, new: int | None) -> dict[str, object]:
    return {"old": _shown(old), "new": _shown(new)}


def changed[K, V](old: Mapping[K, V], new: Mapping[K, V]) -> Iterator[tuple[K, V | None, V | None]]:
    """List what differs, in the order of the new, then what is gone."""
    for key in (*new, *(key for key in old if key not in new)):
        if old.get(key) != new.get(key):
            yield key, old.get(key), new.get(key)


def _minutes(old: Policy, new: Policy) -> Iterator[Sentence]:
    """Tell what changed in allowances besides the minutes of the days."""
    for (scope, _), was, now in changed(_by_scope(old), _by_scope(new)):
        usual = Allowance(scope=scope)
        before, after = was or usual, now or usual
        what = name(scope)
        if before.week != after.week:
            values = {"what": what, "old": _shown(before.week), "new": _shown(after.week)}
            yield Sentence("Minutes of {what} a week: {old} → {new}", values)
        if before.carry != after.carry:
            values = {"what": what, "old": before.carry, "new": after.carry}
            yield Sentence("Minutes of {what} carried over: {old} → {new}", values)
        if before.warn != after.warn:
            values = {"what": what, "old": _points(before.warn), "new": _points(after.warn)}
            yield Sentence("Minutes before the end of {what} that are told: {old} → {new}", values)
        if before.every != after.every:
            values = {"what": what, "old": before.every or NOT_SET, "new": after.every or NOT_SET}
            yield Sentence("Told after every so many minutes of {what}: {old} → {new}", values)


def _by_scope(policy: Policy) -> dict[Key, Allowance]:
    return {(each.scope, each.per_service): each for each in policy.allowances}


def _windows(old: Policy, new: Policy) -> Iterator[Sentence]:
    """Tell what changed in the hours of holidays and exams."""
    for kind in ("holiday", "exam"):
        before, after = (
            {(each.name, each.scope): _spans(getattr(each, kind)) for each in policy.hours}
            for policy in (old, new)
        )
        for (title, _), was, now in changed(before, after):
            values = {"hours": ("hours", title), "old": was or NOT_SET, "new": now or NOT_SET}
            if (was or NOT_SET) == (now or NOT_SET):
                continue
            if kind == "holiday":
                yield Sentence("Hours “{hours}” on holidays: {old} → {new}", values)
            else:
                yield Sentence("Hours “{hours}” on days of exams: {old} → {new}", values)


def _spans(spans: tuple[Span, ...] | None) -> str:
    if spans is None:
        return ""
    return ", ".join(f"{span.start}–{span.end}" for span in spans) or "–"


def _points(warn: tuple[int, ...]) -> object:
    return ", ".join(map(str, warn)) or NOT_SET


def _exceptions(old: Policy, new: Policy) -> Iterator[Sentence]:
    for each in new.exceptions:
        if each not in old.exceptions:
            yield Sentence("{name} was put in the calendar: {days}, {like}", _of_day(each))
    for each in old.exceptions:
        if each not in new.exceptions:
            yield Sentence("{name} was taken out of the calendar: {days}, {like}", _of_day(each))
    if set(old.exceptions) == set(new.exceptions) and old.exceptions != new.exceptions:
        yield Sentence("The order of the days in the calendar was changed", {})


def _of_day(each: DateException) -> dict[str, object]:
    days: object = (
        "day" if each.yearly else "date",
        f"{each.first.isoformat()}/{each.end.isoformat()}",
    )
    if each.yearly:
        days = Sentence("{dates}, every year", {"dates": days})
    return {"name": each.name, "days": days, "like": ("like", each.like or "")}


def _applies(old: Applies, new: Applies) -> Iterator[Sentence]:
    """Tell when and where a layer holds: windows, dates, networks."""
    if old == new:
        return
    told = [*_held_in(old, new), *_held_between(old, new), *_held_at(old, new)]
    yield from told or [Sentence("When and where these rules hold was changed", {})]


def _held_in(old: Applies, new: Applies) -> Iterator[Sentence]:
    days: dict[tuple[str | None, str | None], list[int]] = {}
    for day, was, now in changed(_by_day(old), _by_day(new)):
        days.setdefault((was, now), []).append(day)
    for (was, now), alike in days.items():
        named = ("weekdays", "".join(map(str, sorted(alike))))
        values = {"days": named, "old": was or NOT_SET, "new": now or NOT_SET}
        yield Sentence("These rules hold on {days}: {old} → {new}", values)


def _by_day(applies: Applies) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for window in applies.windows:
        for day in window.days:
            found.setdefault(day, []).append(f"{window.start}–{window.end}")
    return {day: ", ".join(sorted(texts)) for day, texts in found.items()}


def _held_between(old: Applies, new: Applies) -> Iterator[Sentence]:
    for stretch in new.dates:
        if stretch not in old.dates:
            yield Sentence("These rules hold from {first} to {last} now", _stretch(stretch))
    for stretch in old.dates:
        if stretch not in new.dates:
            yield Sentence("These rules hold no longer from {first} to {last}", _stretch(stretch))


def _stretch(stretch: tuple[date, date]) -> dict[str, object]:
    first, last = stretch
    return {"first": ("date", first.isoformat()), "last": ("date", last.isoformat())}


def _held_at(old: Applies, new: Applies) -> Iterator[Sentence]:
    for network in sorted(set(new.networks) - set(old.networks)):
        yield Sentence("These rules hold in the network “{network}” now", {"network": network})
    for network in sorted(set(old.networks) - set(new.networks)):
        yield Sentence(
            "These rules hold no longer in the network “{network}”", {"network": network}
        )


def _lists(old: Policy, new: Policy) -> Iterator[Sentence]:
    for title, was, now in changed(old.lists, new.lists):
        for site in sorted(set(now or ()) - set(was or ())):
            yield Sentence("{site} was put on the list “{list}”", {"site": site, "list": title})
        for site in sorted(set(was or ()) - set(now or ())):
            values = {"site": site, "list": title}
            yield Sentence("{site} was taken off the list “{list}”", values)
        if set(was or ()) == set(now or ()):
            yield Sentence("The list “{list}” was changed", {"list": title})


def _urls(old: Policy, new: Policy) -> Iterator[Sentence]:
    for rule in new.urls:
        if rule not in old.urls:
            values = {"rule": rule.name or rule.path or rule.pattern, "what": name(rule.scope)}
            yield Sentence("The rule “{rule}” for addresses of {what} was added", values)
    for rule in old.urls:
        if rule not in new.urls:
            values = {"rule": rule.name or rule.path or rule.pattern, "what": name(rule.scope)}
            yield Sentence("The rule “{rule}” for addresses of {what} was removed", values)


def _floors(old: Policy, new: Policy) -> Iterator[Sentence]:
    before, after = (
        {floor.scope: floor.minutes for floor in policy.floors} for policy in (old, new)
    )
    for scope, was, now in changed(before, after):
        values = {"what": name(scope), "old": _shown(was), "new": _shown(now)}
        yield Sentence("Minutes of {what} that others may still grant: {old} → {new}", values)


def _held(windows: tuple[Window, ...]) -> object:
    """Write windows as text, each with its days."""
    told = [
        Sentence(
            "{days} {hours}",
            {
                "days": ("weekdays", "".join(map(str, window.days))),
                "hours": f"{window.start}–{window.end}",
            },
        )
        for window in windows
    ]
    return tuple(told) or NOT_SET


def _shown(minutes: int | None) -> object:
    return NOT_SET if minutes is None else minutes
