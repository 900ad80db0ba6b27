"""What changed between two policies, in words."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from rules.diff_more import changed, newer_parts
from rules.diff_sending import sending_parts
from rules.diff_videos import of_videos
from rules.explain import name
from rules.pairs import pair, switched
from rules.policy import DAYS, Choice, Lesson, Pause, Policy, Window
from rules.scope import category, service
from rules.sentences import Sentence

NOT_SET = ("choice", "none")

type Values = dict[str, object]


def describe(old: Policy, new: Policy) -> list[Sentence]:
    """Tell every change between two policies, one sentence each."""
    return [
        *_choices(old.categories, new.categories, category),
        *_choices(old.services, new.services, service),
        *_lists(old, new),
        *_hours(old, new),
        *_allowances(old, new),
        *newer_parts(old, new),
        *sending_parts(old, new),
        *_switches(old, new),
        *of_videos(old, new),
        *_paused(old.pause, new.pause),
        *_taught(old.lesson, new.lesson),
    ]


def _choices(
    old: Mapping[str, Choice], new: Mapping[str, Choice], scope: Callable[[str], str]
) -> Iterator[Sentence]:
    for key, before, after in changed(old, new):
        values = {"what": name(scope(key)), "old": _choice(before), "new": _choice(after)}
        yield Sentence("{what}: {old} → {new}", values)


def _choice(choice: Choice | None) -> tuple[str, str]:
    return NOT_SET if choice is None else ("choice", choice.value)


def _lists(old: Policy, new: Policy) -> Iterator[Sentence]:
    for site in _only_in(new.allow, old.allow):
        yield Sentence("{site} was put on the allow list", {"site": site})
    for site in _only_in(old.allow, new.allow):
        yield Sentence("{site} was taken off the allow list", {"site": site})
    for site in _only_in(new.block, old.block):
        yield Sentence("{site} was put on the block list", {"site": site})
    for site in _only_in(old.block, new.block):
        yield Sentence("{site} was taken off the block list", {"site": site})


def _only_in(these: Iterable[str], those: Iterable[str]) -> list[str]:
    return sorted(set(these) - set(those))


def _hours(old: Policy, new: Policy) -> Iterator[Sentence]:
    days: dict[tuple[str, str, str, str | None, str | None], list[int]] = {}
    for (title, scope, effect, day), before, after in changed(_by_day(old), _by_day(new)):
        days.setdefault((title, scope, effect, before, after), []).append(day)
    for (title, scope, _, before, after), alike in days.items():
        values = {
            "hours": ("hours", title),
            "what": name(scope),
            "days": _weekdays(alike),
            "old": before or NOT_SET,
            "new": after or NOT_SET,
        }
        yield Sentence("Hours “{hours}” for {what}, {days}: {old} → {new}", values)


def _weekdays(days: Iterable[int]) -> tuple[str, str]:
    """Name several days at once, so that a change to the whole week is one sentence."""
    return "weekdays", "".join(str(day) for day in sorted(days))


def _by_day(policy: Policy) -> dict[tuple[str, str, str, int], str]:
    """Write the windows of all hours as text, by name, scope, effect and day."""
    found: dict[tuple[str, str, str, int], list[str]] = {}
    for hours in policy.hours:
        for window, day in _days(hours.windows):
            key = (hours.name, hours.scope, hours.effect.value, day)
            found.setdefault(key, []).append(f"{window.start}–{window.end}")
    return {key: ", ".join(sorted(texts)) for key, texts in found.items()}


def _days(windows: Iterable[Window]) -> Iterator[tuple[Window, int]]:
    return ((window, day) for window in windows for day in window.days)


def _allowances(old: Policy, new: Policy) -> Iterator[Sentence]:
    before = {(a.scope, a.per_service): a.minutes for a in old.allowances}
    after = {(a.scope, a.per_service): a.minutes for a in new.allowances}
    for (scope, each), was, now in changed(before, after):
        days: dict[tuple[int | None, int | None], list[int]] = {}
        for day in DAYS:
            days.setdefault((was[day] if was else None, now[day] if now else None), []).append(day)
        for (less, more), alike in days.items():
            if less != more:
                values = {"what": name(scope), "days": _weekdays(alike)}
                more_values = {**values, "old": _minutes(less), "new": _minutes(more)}
                yield (
                    Sentence("Minutes of each of {what}, {days}: {old} → {new}", more_values)
                    if each
                    else Sentence("Minutes of {what}, {days}: {old} → {new}", more_values)
                )


def _minutes(minutes: int | None) -> object:
    return NOT_SET if minutes is None else minutes


def _switches(old: Policy, new: Policy) -> Iterator[Sentence]:
    if old.unlisted is not new.unlisted:
        yield Sentence("Unknown sites: {old} → {new}", pair("choice", old.unlisted, new.unlisted))
    if old.safe_search is not new.safe_search:
        values = switched(old.safe_search, new.safe_search)
        yield Sentence("Safe search: {old} → {new}", values)
    if old.unsafe_search is not new.unsafe_search:
        values = pair("choice", old.unsafe_search, new.unsafe_search)
        yield Sentence("Search engines without a safe mode: {old} → {new}", values)
    if old.read_pages is not new.read_pages:
        values = switched(old.read_pages, new.read_pages)
        yield Sentence("Reading pages of unknown sites: {old} → {new}", values)
    if old.youtube is not new.youtube:
        yield Sentence("YouTube filter: {old} → {new}", pair("youtube", old.youtube, new.youtube))
    if old.searches is not new.searches:
        values = switched(old.searches, new.searches)
        yield Sentence("Alerts from searched words: {old} → {new}", values)
    if old.privacy is not new.privacy:
        values = pair("privacy", old.privacy, new.privacy)
        yield Sentence("What is written down: {old} → {new}", values)


def _paused(old: Pause | None, new: Pause | None) -> Iterator[Sentence]:
    if old == new:
        return
    if new is None:
        yield Sentence("The pause was ended", {})
    elif new.until is None:
        yield Sentence("{by} paused the internet", {"by": new.by})
    else:
        values = {"by": new.by, "until": new.until}
        yield Sentence("{by} paused the internet until {until}", values)


def _taught(old: Lesson | None, new: Lesson | None) -> Iterator[Sentence]:
    if old == new:
        return
    if new is None:
        yield Sentence("The lesson was ended", {})
        return
    values = {"by": new.by, "until": new.until, "sites": ", ".join(new.sites)}
    yield Sentence("{by} opened only {sites} for a lesson until {until}", values)
