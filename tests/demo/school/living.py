"""What a pupil of the sample school tries to do on a day, minute by minute, by seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.demo import places
from tests.demo.places import Place
from tests.demo.school.loads import Load

MINUTE = timedelta(minutes=1)
LESSON_STARTS = ("07:00", "07:50", "08:55", "09:45", "10:35")
LEARNING = (places.OLM, places.VIOEDU, places.HOCMAI, places.DUOLINGO, places.WIKIPEDIA)
FUN = (
    *(places.YOUTUBE, places.YOUTUBE, places.TIKTOK, places.ROBLOX, places.FREE_FIRE),
    *(places.FACEBOOK, places.ZING_MP3, places.ZALO),
)
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Step:
    """One minute of a pupil: at a place, or the load of a page."""

    at: datetime
    what: Place | Load
    arriving: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """From when on, where, for how many minutes."""

    minute: int
    what: Place | Load
    minutes: int


@dataclass(frozen=True, slots=True)
class World:
    """What everybody's days are made of."""

    zone: ZoneInfo
    pages: tuple[Load, ...]
    seed: int


def steps(pupil: str, form: str, day: date, world: World) -> Iterator[Step]:
    """Give what a pupil does on a day, in order; the same for the same seed."""
    chance = Random(f"{world.seed}/{pupil}/{day.isoformat()}")
    # Some are ill, and some leave their phone at home.
    if chance.random() < 0.06:
        return
    wishes = list(_at_school(form, day, chance, world.seed)) if day.weekday() != SUNDAY else []
    wishes += _at_home(day, chance, world.pages)
    midnight = datetime.combine(day, time(0), world.zone).astimezone(UTC)
    for wish in sorted(wishes, key=lambda wish: wish.minute):
        for number in range(wish.minutes):
            at = midnight + (wish.minute + number) * MINUTE
            yield Step(at, wish.what, arriving=number == 0)


def _at_school(form: str, day: date, chance: Random, seed: int) -> Iterator[Wish]:
    """Whole classes learn on line in some lessons; a few wander off; breaks are short."""
    together = Random(f"{seed}/{form}/{day.isoformat()}")
    for start in LESSON_STARTS:
        begin = _minute(start)
        if together.random() < 0.18:
            place = together.choice(LEARNING)
            if chance.random() < 0.92:
                yield Wish(begin + 6 + chance.randrange(4), place, chance.randint(12, 25))
        elif chance.random() < 0.015:
            yield Wish(begin + chance.randrange(30), chance.choice(FUN), chance.randint(2, 6))
    if chance.random() < 0.3:
        yield Wish(
            _minute("08:37") + chance.randrange(4), chance.choice(FUN), chance.randint(3, 10)
        )


def _at_home(day: date, chance: Random, pages: tuple[Load, ...]) -> Iterator[Wish]:
    evening = _minute("17:00") if day.weekday() != SUNDAY else _minute("09:00")
    if chance.random() < 0.5:
        yield Wish(evening + chance.randrange(150), chance.choice(LEARNING), chance.randint(8, 20))
    if chance.random() < 0.7:
        yield Wish(evening + chance.randrange(240), chance.choice(FUN), chance.randint(8, 25))
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        yield Wish(evening + chance.randrange(240), chance.choice(pages), 1)
    if chance.random() < 0.01:
        yield Wish(evening + chance.randrange(240), places.GAMBLING, 2)


def _minute(wall: str) -> int:
    hours, minutes = wall.split(":")
    return int(hours) * 60 + int(minutes)
