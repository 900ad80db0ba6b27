"""The rules form as it is being filled in: laid out from a policy, with rows to add and remove."""

from dataclasses import dataclass, field

from api.pages.rules.sent import SentDraft, sent_draft
from api.pages.rules.videos import VideosDraft, videos_draft
from rules.policy import (
    DAYS,
    Allowance,
    Choice,
    Hours,
    HoursEffect,
    Policy,
    Privacy,
    Window,
    YouTube,
)
from rules.scope import EVERYTHING
from rules.videos import SHORTS_SCOPE

WEEKEND = (5, 6)
MOST = 20
"""More hours or allowances than anybody sets."""
SHORTS_MINUTES = ("10", "20")
"""What a row for Shorts begins with."""


@dataclass(slots=True)
class WindowDraft:
    """One window as typed."""

    days: tuple[str, ...] = tuple(str(day) for day in DAYS)
    start: str = "21:00"
    end: str = "06:00"

    @property
    def overnight(self) -> bool:
        """Tell whether it runs over midnight."""
        return bool(self.start and self.end) and self.end <= self.start


@dataclass(slots=True)
class HoursDraft:
    """Hours as typed."""

    name: str = ""
    scope: str = EVERYTHING
    effect: str = HoursEffect.CLOSED
    windows: list[WindowDraft] = field(default_factory=lambda: [WindowDraft()])


@dataclass(slots=True)
class AllowanceDraft:
    """An allowance as typed: two numbers, or one for each day where they are written."""

    scope: str = EVERYTHING
    week: str = "60"
    weekend: str = "120"
    each: tuple[str, ...] = ("",) * 7

    def minutes(self) -> list[str]:
        """Return the minutes from Monday to Sunday, as text."""
        usual = [self.weekend if day in WEEKEND else self.week for day in DAYS]
        return [own or usual[day] for day, own in enumerate(self.each)]


@dataclass(slots=True)
class Draft:
    """The whole form."""

    blocked: frozenset[str] = frozenset()
    services: dict[str, str] = field(default_factory=dict)
    hours: list[HoursDraft] = field(default_factory=list)
    allowances: list[AllowanceDraft] = field(default_factory=list)
    allow: str = ""
    block: str = ""
    unlisted: str = Choice.ALLOW
    unnamed: str = Choice.ALLOW
    safe_search: bool = False
    unsafe_search: str = Choice.BLOCK
    read_pages: bool = False
    youtube: str = YouTube.OFF
    videos: VideosDraft = field(default_factory=VideosDraft)
    searches: bool = False
    let_finish: str = ""
    """Minutes; where a form does not have it, it stays as it is. So does the next."""
    slow_lane: str = ""
    sent: SentDraft = field(default_factory=SentDraft)
    privacy: str = Privacy.SITES
    private: list[WindowDraft] = field(default_factory=list)
    """Private hours."""
    wanted: str = ""
    """The app that is looked for."""
    errors: dict[str, tuple[str, dict[str, object]]] = field(default_factory=dict)
    """Where -> message and values."""

    def wrong(self, where: str, message: str, **values: object) -> None:
        """Note a mistake, the first at each place."""
        self.errors.setdefault(where, (message, values))


def draft_of(policy: Policy) -> Draft:
    """Lay a policy out as a form."""
    return Draft(
        blocked=frozenset(
            name for name, choice in policy.categories.items() if choice is Choice.BLOCK
        ),
        services=dict(policy.services),
        hours=[_hours_draft(hours) for hours in policy.hours],
        allowances=[
            _allowance_draft(allowance)
            for allowance in policy.allowances
            if not allowance.per_service
        ],
        allow="\n".join(policy.allow),
        block="\n".join(policy.block),
        unlisted=policy.unlisted,
        unnamed=policy.unnamed,
        safe_search=policy.safe_search,
        unsafe_search=policy.unsafe_search,
        read_pages=policy.read_pages,
        youtube=policy.youtube,
        videos=videos_draft(policy.videos),
        searches=policy.searches,
        let_finish=str(policy.let_finish),
        slow_lane=str(policy.slow_lane),
        sent=sent_draft(policy),
        privacy=policy.privacy,
        private=[_window_draft(window) for window in policy.private_hours],
    )


def alter(draft: Draft, order: str) -> None:
    """Add or remove a row: `add-hours`, `add-window.1`, `remove-window.1.0` and so on."""
    verb, *places = order.split(".")
    if not all(place.isdecimal() for place in places):
        return
    numbers = [int(place) for place in places]
    match verb, numbers:
        case "add-hours", [] if len(draft.hours) < MOST:
            draft.hours.append(HoursDraft())
        case "add-window", [number] if number < len(draft.hours):
            draft.hours[number].windows.append(WindowDraft())
        case "remove-hours", [number] if number < len(draft.hours):
            del draft.hours[number]
        case "remove-window", [number, place] if number < len(draft.hours):
            del draft.hours[number].windows[place : place + 1]
        case _:
            _alter_other(draft, verb, numbers)


def _alter_other(draft: Draft, verb: str, numbers: list[int]) -> None:
    match verb, numbers:
        case "add-allowance" | "add-shorts", [] if len(draft.allowances) < MOST:
            given = (SHORTS_SCOPE, *SHORTS_MINUTES) if verb == "add-shorts" else ()
            draft.allowances.append(AllowanceDraft(*given))
        case "remove-allowance", [number] if number < len(draft.allowances):
            del draft.allowances[number]
        case "add-private", [] if len(draft.private) < MOST:
            draft.private.append(WindowDraft(start="18:00", end="20:00"))
        case "remove-private", [number]:
            del draft.private[number : number + 1]
        case _:
            return


def _hours_draft(hours: Hours) -> HoursDraft:
    windows = [_window_draft(window) for window in hours.windows]
    return HoursDraft(hours.name, hours.scope, hours.effect, windows)


def _window_draft(window: Window) -> WindowDraft:
    end = "00:00" if window.end == "24:00" else window.end
    return WindowDraft(tuple(str(day) for day in window.days), window.start, end)


def _allowance_draft(allowance: Allowance) -> AllowanceDraft:
    """Show two numbers where they are enough, else one for each day."""
    week = allowance.minutes[0]
    weekend = allowance.minutes[WEEKEND[0]]
    usual = [weekend if day in WEEKEND else week for day in DAYS]
    each = tuple(
        "" if own == normal else str(own)
        for own, normal in zip(allowance.minutes, usual, strict=True)
    )
    return AllowanceDraft(allowance.scope, str(week), str(weekend), each)
