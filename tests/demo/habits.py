"""What each sample child does in a day, by weekday and hour, with seeded chance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.demo import places
from tests.demo.places import Place

SCHOOL_DAYS = (0, 1, 2, 3, 4)
WEEKEND = (5, 6)
ANY_DAY = SCHOOL_DAYS + WEEKEND


@dataclass(frozen=True, slots=True)
class Habit:
    """Something a child often does at about the same time; `chance` is how often in percent."""

    device: str
    place: Place
    days: tuple[int, ...]
    start: str
    minutes: tuple[int, int]
    chance: int = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One minute of one device at one place."""

    at: datetime
    """The minute, in UTC."""
    device: str
    place: Place
    arriving: bool
    """Whether this is the first minute there."""


AN = (
    Habit("an-tablet", places.VIOEDU, SCHOOL_DAYS, "17:10", (12, 22), 85),
    Habit("an-tablet", places.YOUTUBE, SCHOOL_DAYS, "17:45", (12, 25), 80),
    Habit("an-tablet", places.YOUTUBE, WEEKEND, "08:40", (20, 40)),
    Habit("an-tablet", places.DUOLINGO, WEEKEND, "09:40", (8, 14), 70),
    Habit("an-tablet", places.MINECRAFT, WEEKEND, "16:00", (15, 30), 60),
    Habit("an-tablet", places.YOUTUBE, ANY_DAY, "21:10", (1, 2), 30),
)
MINH = (
    Habit("minh-phone", places.ZALO, SCHOOL_DAYS, "06:25", (3, 6), 90),
    Habit("minh-phone", places.ROBLOX, SCHOOL_DAYS, "17:00", (15, 30), 75),
    Habit("minh-laptop", places.OLM, SCHOOL_DAYS, "19:20", (14, 26), 85),
    Habit("minh-laptop", places.GOOGLE, SCHOOL_DAYS, "19:30", (2, 5), 70),
    Habit("minh-laptop", places.WIKIPEDIA, SCHOOL_DAYS, "19:36", (3, 7), 50),
    Habit("minh-laptop", places.YOUTUBE, SCHOOL_DAYS, "20:10", (10, 22), 80),
    Habit("minh-phone", places.TIKTOK, ANY_DAY, "20:45", (8, 18), 70),
    Habit("minh-phone", places.TIKTOK, ANY_DAY, "22:40", (1, 3), 45),
    Habit("minh-phone", places.FREE_FIRE, WEEKEND, "09:15", (30, 55)),
    Habit("minh-laptop", places.YOUTUBE, WEEKEND, "14:00", (25, 45), 90),
    Habit("minh-phone", places.ROBLOX, WEEKEND, "16:20", (25, 45), 80),
    Habit("minh-phone", places.CHATTER, ANY_DAY, "02:17", (1, 1)),
    Habit("minh-phone", places.CHATTER, ANY_DAY, "04:32", (1, 1)),
)
LINH = (
    Habit("linh-phone", places.VNEXPRESS, ANY_DAY, "06:15", (4, 9), 80),
    Habit("linh-phone", places.ZALO, SCHOOL_DAYS, "11:40", (5, 12), 90),
    Habit("linh-phone", places.INSTAGRAM, ANY_DAY, "17:20", (8, 18), 80),
    Habit("linh-phone", places.ZING_MP3, ANY_DAY, "18:20", (8, 16), 50),
    Habit("linh-laptop", places.HOCMAI, SCHOOL_DAYS, "19:30", (18, 32), 85),
    Habit("linh-laptop", places.CHATGPT, SCHOOL_DAYS, "20:10", (3, 7), 50),
    Habit("linh-laptop", places.WIKIPEDIA, ANY_DAY, "20:20", (3, 8), 40),
    Habit("linh-phone", places.MESSENGER, ANY_DAY, "21:00", (6, 14), 80),
    Habit("linh-phone", places.TIKTOK, ANY_DAY, "21:25", (8, 20), 80),
    Habit("linh-laptop", places.SHOPEE, WEEKEND, "10:30", (10, 20), 60),
    Habit("linh-laptop", places.SPOTIFY, WEEKEND, "15:00", (12, 25), 80),
    Habit("linh-laptop", places.YOUTUBE, WEEKEND, "20:00", (25, 45), 80),
    Habit("linh-phone", places.FACEBOOK, ANY_DAY, "23:20", (2, 5), 50),
    Habit("linh-phone", places.CHATTER, ANY_DAY, "03:05", (1, 1)),
)
HABITS = {"An": AN, "Minh": MINH, "Linh": LINH}

ONCE: dict[int, tuple[Habit, ...]] = {
    1: (
        Habit("linh-laptop", places.VIETCOMBANK, ANY_DAY, "19:05", (2, 2)),
        Habit("minh-laptop", places.CLASS_BLOG, ANY_DAY, "19:55", (3, 3)),
    ),
    2: (Habit("minh-phone", places.GAMBLING, ANY_DAY, "16:48", (2, 2)),),
    4: (
        Habit("minh-phone", places.GAMBLING, ANY_DAY, "16:50", (2, 2)),
        Habit("linh-laptop", places.TUOITRE, ANY_DAY, "12:30", (5, 5)),
    ),
    6: (Habit("minh-laptop", places.COMICS, ANY_DAY, "21:05", (4, 4)),),
}
"""What happened once, by how many days ago."""


def day(child: str, on: date, zone: ZoneInfo, *, ago: int, seed: int = 7) -> list[Step]:
    """Return what a child tries to do on a local day, minute by minute, in order."""
    # Chance makes days differ, yet the same day is the same on every run.
    chance = Random(f"{seed}/{child}/{on.isoformat()}")
    devices = {habit.device for habit in HABITS[child]}
    usual = [it for it in HABITS[child] if on.weekday() in it.days and _happens(it, chance)]
    once = [it for it in ONCE.get(ago, ()) if it.device in devices]
    steps = [step for habit in usual + once for step in _steps(habit, on, zone, chance)]
    return sorted(steps, key=lambda step: step.at)


def between(since: datetime, until: datetime, zone: ZoneInfo) -> list[Step]:
    """Return what all children try to do in [since, until), in order."""
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    steps = [
        step
        for on in days
        for child in HABITS
        for step in day(child, on, zone, ago=(last - on).days)
    ]
    return sorted((it for it in steps if since <= it.at < until), key=lambda step: step.at)


def at_hour(child: str, now: datetime, zone: ZoneInfo, chance: Random) -> Step:
    """Return something a child is likely to do at about this time of day."""
    local = now.astimezone(zone)
    habits = [it for it in HABITS[child] if local.weekday() in it.days]
    nearest = sorted(habits, key=lambda it: _distance(it, local))[:3]
    habit = chance.choice(nearest)
    return Step(now, habit.device, habit.place, arriving=True)


def _happens(habit: Habit, chance: Random) -> bool:
    return chance.randrange(100) < habit.chance


def _steps(habit: Habit, on: date, zone: ZoneInfo, chance: Random) -> Iterator[Step]:
    drift = chance.randrange(12)
    begin = datetime.combine(on, time.fromisoformat(habit.start), zone).astimezone(UTC)
    for minute in range(chance.randint(*habit.minutes)):
        at = begin + timedelta(minutes=minute + drift)
        yield Step(at, habit.device, habit.place, arriving=minute == 0)


def _distance(habit: Habit, local: datetime) -> int:
    start = time.fromisoformat(habit.start)
    apart = abs((start.hour - local.hour) * 60 + start.minute - local.minute)
    return min(apart, 24 * 60 - apart)
