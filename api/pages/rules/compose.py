"""From the filled-in rules form to a policy, or to what does not fit and where."""

from urllib.parse import urlsplit

from pydantic import ValidationError

from api.pages.rules.draft import Draft, WindowDraft
from api.pages.rules.sent import sent_of
from api.pages.rules.videos import videos_of
from rules.hosts import normalise
from rules.misfits import told
from rules.policy import MINUTES_A_DAY, Allowance, Choice, Policy, Window
from rules.scope import check
from words.speech import to_say

DOES_NOT_FIT = to_say("This does not fit. Please look at it again.")
NAME_IT = to_say("Give these hours a name, for instance Bedtime.")
NO_WINDOW = to_say("Add at least one time, or remove these hours.")
NO_DAY = to_say("Choose at least one day.")
NO_TIME = to_say("Write both times, like 21:00.")
NO_MINUTES = to_say("Write whole minutes between 0 and 1440.")
TWICE = to_say("There are two limits for the same thing: keep one.")
NO_SITE = to_say("“{text}” is not a site. Write it like example.com, one on each line.")
FORM = "form"
ROWS = {"hours": "hours", "allowances": "allowance"}
PLACES = frozenset(
    {"allow", "block", "unlisted", "youtube", "privacy", "private_hours", "let_finish", "slow_lane"}
)
BOTH = to_say("{site} stands in both lists: keep one.")


def policy_of(draft: Draft, before: Policy) -> Policy | None:
    """Make the policy a form describes, or note in the draft what does not fit."""
    parts: dict[str, object] = {
        "categories": _categories(draft, before),
        "services": draft.services,
        "hours": [_hours(draft, number, before) for number in range(len(draft.hours))],
        "allowances": _allowances(draft, before),
        "allow": _sites(draft, "allow"),
        "block": _sites(draft, "block"),
        "unlisted": draft.unlisted,
        "unnamed": draft.unnamed,
        "safe_search": draft.safe_search,
        "unsafe_search": draft.unsafe_search,
        "read_pages": draft.read_pages,
        "youtube": draft.youtube,
        "videos": videos_of(draft.videos, draft.wrong),
        "searches": draft.searches,
        "let_finish": draft.let_finish or before.let_finish,
        "slow_lane": draft.slow_lane or before.slow_lane,
        **sent_of(draft.sent, draft.wrong),
        "privacy": draft.privacy,
        "private_hours": _windows(draft, draft.private, "private"),
    }
    if draft.errors:
        return None
    try:
        return Policy.model_validate(before.model_dump() | parts)
    except ValidationError as error:
        for found in error.errors():
            said = told(found)
            draft.wrong(_where(found["loc"]), said.message, **said.values)
        return None


def _where(loc: tuple[int | str, ...]) -> str:
    """Find the place of the form that shows a part of a policy; else the form itself."""
    part, *more = loc or ("",)
    if part == "videos":
        return "form.videos"
    if part in ROWS and more:
        return f"{ROWS[str(part)]}.{more[0]}"
    return str(part) if part in PLACES else FORM


def _categories(draft: Draft, before: Policy) -> dict[str, Choice]:
    """Keep what the form does not show, and categories that were allowed in so many words."""
    kept = {
        name: choice for name, choice in before.categories.items() if choice is not Choice.BLOCK
    }
    return {**kept, **dict.fromkeys(sorted(draft.blocked), Choice.BLOCK)}


def _hours(draft: Draft, number: int, before: Policy) -> dict[str, object]:
    hours, where = draft.hours[number], f"hours.{number}"
    if not hours.name:
        draft.wrong(where, NAME_IT)
    if not hours.windows:
        draft.wrong(where, NO_WINDOW)
    _check_scope(draft, where, hours.scope)
    windows = _windows(draft, hours.windows, f"{where}.window")
    kept = [old for old in before.hours if (old.name, old.scope) == (hours.name, hours.scope)]
    return {
        # What the form does not show: the windows of holidays and exams.
        **({"holiday": kept[0].holiday, "exam": kept[0].exam} if kept else {}),
        "name": hours.name,
        "scope": hours.scope,
        "effect": hours.effect,
        "windows": windows,
    }


def _windows(draft: Draft, rows: list[WindowDraft], where: str) -> list[Window | None]:
    """Make the windows of some rows; what does not fit is noted at its row."""
    for place, window in enumerate(rows):
        if not window.days:
            draft.wrong(f"{where}.{place}", NO_DAY)
        elif _window(window) is None:
            draft.wrong(f"{where}.{place}", NO_TIME)
    return [_window(window) for window in rows]


def _window(window: WindowDraft) -> Window | None:
    days = tuple(int(day) for day in window.days if day.isdecimal())
    # A browser cannot write 24:00 into a time field; as an end, 00:00 is the same moment.
    end = "24:00" if window.end == "00:00" else window.end
    try:
        return Window(days=days, start=window.start, end=end)
    except ValidationError:
        return None


def _allowances(draft: Draft, before: Policy) -> list[Allowance]:
    """Change the minutes of days; what the form does not show stays (weeks, minutes of each)."""
    kept = {old.scope: old for old in before.allowances if not old.per_service}
    made: list[Allowance] = []
    for number, row in enumerate(draft.allowances):
        where = f"allowance.{number}"
        _check_scope(draft, where, row.scope)
        minutes = row.minutes()
        if not all(text.isdecimal() and int(text) <= MINUTES_A_DAY for text in minutes):
            draft.wrong(where, NO_MINUTES)
        elif any(other.scope == row.scope for other in made):
            draft.wrong(where, TWICE)
        elif where not in draft.errors:
            old = kept.get(row.scope) or Allowance(scope=row.scope)
            made.append(old.model_copy(update={"minutes": tuple(int(text) for text in minutes)}))
    return [*made, *(old for old in before.allowances if old.per_service)]


def _check_scope(draft: Draft, where: str, scope: str) -> None:
    try:
        check(scope)
    except ValueError:
        draft.wrong(where, DOES_NOT_FIT)


def _sites(draft: Draft, name: str) -> list[str]:
    """Read a list of sites; whole addresses are taken too, as people paste them."""
    found: list[str] = []
    others = hosts_in(draft.allow) if name == "block" else []
    for line in getattr(draft, name).split():
        host = host_of(line)
        if host is None:
            draft.wrong(name, NO_SITE, text=line[:80])
        elif host in others:
            draft.wrong(name, BOTH, site=host)
        elif host not in found:
            found.append(host)
    return found


def hosts_in(text: str) -> list[str]:
    """Find every host in a text of lines."""
    return [host for line in text.split() if (host := host_of(line))]


def host_of(text: str) -> str | None:
    """Take the host out of what somebody typed or pasted; None where there is none."""
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname
        return normalise(host) if host and "." in host else None
    except ValueError:
        return None
