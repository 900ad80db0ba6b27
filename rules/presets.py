"""Policies to begin with, by age; an adult changes them at will.

The older the child, the fewer the rules and the less is written down. School begins early in Viet
Nam, and so do the evenings before it. Learning never counts as time online.

| name | age | closed besides all dangers | bedtime | online | games, videos, social | noted |
|---|---|---|---|---|---|---|
| little | 0-6 | unknown sites; whatever meets strangers | 20:00 | 1 h | 30 min, 45 min, - | sites |
| child | 7-11 | whatever meets strangers; shops, AI | 21:00 | 2 h | 1 h, 1 h, - | sites |
| teen | 12-15 | dating, remote control | 22:00 | 3 h | 1 h, 1.5 h, 1 h | sites |
| youth | 16-17 | nothing more | 23:00 | free | 2 h, -, 2 h | counts |

Up to eleven nothing goes to a bare address; from twelve on it may, as calls and games of ordinary
apps do. Safe search is on for all, and engines without a safe mode are closed. Pages of unknown
sites are read for the `child` alone: the little one sees only known sites, and whoever is older is
trusted.

Grave words in searches raise alerts up to the teens; the words themselves are not noted.

Up to the teens AI chats, where an adult opens them, explain homework and do not do it, and a child
is asked before private details go to a site that is not trusted. Up to eleven an adult decides; for
the `child`, whose unknown sites are read anyway, their forms are looked at too. A teen decides
itself, and no site is opened just for it.

Bedtime is an hour later, and days are half as long again, at the weekend and on public holidays of
the solar calendar; Tết moves with the moon, and is read from a calendar (`rules.icalendar`).
"""

from datetime import date

from rules.policy import Allowance, Choice, DateException, Hours, Policy, Privacy, Window, YouTube
from rules.scope import EVERYTHING, category
from rules.sending import Decides, Homework, Sending, Told
from rules.times import Like

SCHOOL_NIGHTS = (0, 1, 2, 3, 6)
"""Evenings before a day of school: Monday to Thursday, and Sunday."""
FREE_NIGHTS = (4, 5)

DANGERS = ("adult", "gambling", "violence", "drugs", "weapons", "hate", "selfharm", "piracy")
# What harms the device or gets around the rules, and whoever follows a child about.
TRAPS = ("malware", "phishing", "proxy", "tracking")
STRANGERS = ("dating", "social", "forum", "remote")


GAMES = category("games")
ND147_EACH = (60,) * 7
ND147_TOGETHER = (180,) * 7
ND147_NOTICE = 30

HOLIDAYS = tuple(
    DateException(
        name=f"{day}/{month}", first=date(2026, month, day), yearly=True, like=Like.HOLIDAY
    )
    for day, month in ((1, 1), (30, 4), (1, 5), (2, 9))
)


def nd147(policy: Policy | None = None) -> Policy:
    """Add to a policy what Decree 147/2024/ND-CP (Article 39) sets for players under 18.

    60 minutes a day of each game, 180 of all games, a notice after every 30 minutes of play. The
    decree binds each publisher for its own games; this holds over all of them, on every device.
    Whatever the policy has that is stricter stays.
    """
    policy = policy or Policy()
    own = [allowance for allowance in policy.allowances if allowance.scope == GAMES]
    others = [allowance for allowance in policy.allowances if allowance.scope != GAMES]
    each = _stricter(ND147_EACH, [a for a in own if a.per_service])
    together = _stricter(ND147_TOGETHER, [a for a in own if not a.per_service])
    limits = (*others, each.model_copy(update={"per_service": True}), together)
    return policy.model_copy(update={"allowances": limits})


def _stricter(minutes: tuple[int, ...], own: list[Allowance]) -> Allowance:
    kept = own[0] if own else Allowance(scope=GAMES, minutes=minutes)
    less = tuple(min(pair) for pair in zip(kept.minutes, minutes, strict=True))
    return kept.model_copy(update={"minutes": less, "every": ND147_NOTICE})


def preset_for(age: int) -> tuple[str, Policy]:
    """Return the name (little, child, teen, youth) and the policy for an age."""
    name = next((name for name, last in LAST_YEAR.items() if age <= last), "youth")
    return name, PRESETS[name]


def _blocked(*names: str) -> dict[str, Choice]:
    return dict.fromkeys((*DANGERS, *TRAPS, *names), Choice.BLOCK)


def _bedtime(school_night: str, free_night: str, up: str) -> Hours:
    return Hours(
        name="bedtime",
        windows=(
            Window(days=SCHOOL_NIGHTS, start=school_night, end=up),
            Window(days=FREE_NIGHTS, start=free_night, end=up),
        ),
    )


def _daily(scope: str, minutes: int) -> Allowance:
    return Allowance(scope=scope, minutes=(minutes,) * 5 + (minutes * 3 // 2,) * 2)


LAST_YEAR = {"little": 6, "child": 11, "teen": 15}

PRESETS = {
    "little": Policy(
        categories=_blocked(*STRANGERS, "chat", "ads", "ai", "shopping", "news", "downloads"),
        unlisted=Choice.BLOCK,
        unnamed=Choice.BLOCK,
        hours=(_bedtime("20:00", "21:00", "06:30"),),
        allowances=(
            _daily(EVERYTHING, 60),
            _daily(category("games"), 30),
            _daily(category("video"), 45),
        ),
        safe_search=True,
        youtube=YouTube.STRICT,
        searches=True,
        homework=Homework(on=True, told=Told.COUNT, anyway=0),
        sending=Sending(ask=True, decides=Decides.ADULT),
        privacy=Privacy.SITES,
        exceptions=HOLIDAYS,
    ),
    "child": Policy(
        categories=_blocked(*STRANGERS, "ads", "ai", "shopping", "downloads"),
        unnamed=Choice.BLOCK,
        read_pages=True,
        hours=(_bedtime("21:00", "22:00", "06:00"),),
        allowances=(
            _daily(EVERYTHING, 120),
            _daily(category("games"), 60),
            _daily(category("video"), 60),
            _daily(category("chat"), 30),
        ),
        safe_search=True,
        youtube=YouTube.STRICT,
        searches=True,
        homework=Homework(on=True, told=Told.COUNT, anyway=0),
        sending=Sending(ask=True, decides=Decides.ADULT, unknown=True),
        privacy=Privacy.SITES,
        exceptions=HOLIDAYS,
    ),
    "teen": Policy(
        categories=_blocked("dating", "remote"),
        hours=(_bedtime("22:00", "23:00", "05:30"),),
        allowances=(
            _daily(EVERYTHING, 180),
            _daily(category("games"), 60),
            _daily(category("video"), 90),
            _daily(category("social"), 60),
        ),
        safe_search=True,
        youtube=YouTube.MODERATE,
        searches=True,
        homework=Homework(on=True),
        sending=Sending(ask=True),
        privacy=Privacy.SITES,
        exceptions=HOLIDAYS,
    ),
    "youth": Policy(
        categories=_blocked(),
        hours=(
            Hours(
                name="bedtime",
                windows=(
                    Window(days=SCHOOL_NIGHTS, start="23:00", end="05:30"),
                    # The free nights, at midnight: by then it is Saturday and Sunday.
                    Window(days=(5, 6), start="00:00", end="05:30"),
                ),
            ),
        ),
        allowances=(
            _daily(category("games"), 120),
            _daily(category("social"), 120),
        ),
        safe_search=True,
        youtube=YouTube.MODERATE,
        privacy=Privacy.COUNTS,
        exceptions=HOLIDAYS,
    ),
}
