"""One reader's language: messages, plural forms, local times, numbers."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

from rules.explain import Sentence
from rules.family import Language
from words.labels import LABELS
from words.labels import to_say as to_say  # noqa: PLC0414 - rooms mark their labels with it
from words.translations import translations

type NameOf = Callable[[str, str], str]
"""Gives the reader's name of a category or service: name_of("category", "games")."""

PLACEHOLDER = re.compile(r"\{(\w+)\}")

# Babel writes days as headings ("Thứ Hai"); within a sentence Vietnamese writes them like this.
VIETNAMESE_DAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
DATE_WITH_YEAR: Mapping[Language, str] = {"vi": "d MMMM 'năm' y", "en": "d MMMM y"}


NEAR_DAYS = {
    -1: to_say("yesterday {time}"),
    0: to_say("{time} today"),
    1: to_say("tomorrow {time}"),
}
SEVERAL = {"layers": ("layer", ","), "details": ("detail", "+")}
"""Kinds that name several things at once, and what stands between them."""
A_WEEK = 7
A_MONDAY = date(2024, 1, 1)


class Speech:
    """Speaks one language in one time zone. English messages are the keys of the catalogues."""

    language: Language
    zone: str

    def __init__(self, language: Language, zone: str, name_of: NameOf | None = None) -> None:
        self.language = language
        self.zone = zone
        self._clock_of = ZoneInfo(zone)
        self._name_of = name_of
        self._translations = translations(language)

    def say(self, message: str, /, **values: object) -> str:
        """Translate a message and fill its {placeholders}."""
        # gettext answers the empty message with the header of the catalogue.
        return self._fill(self._translations.gettext(message), values) if message else ""

    def count(self, one: str, many: str, number: int, /, **values: object) -> str:
        """Translate with the right plural form; {n} is the number."""
        return self._fill(self._translations.ngettext(one, many, number), {"n": number, **values})

    def sentence(self, sentence: Sentence, now: datetime | None = None) -> str:
        """Say a sentence of `rules.explain`; with `now`, moments on other days name their day."""
        values = {name: self._told(value, now) for name, value in sentence.values.items()}
        return self.say(sentence.message, **values).rstrip()

    def _told(self, value: object, now: datetime | None) -> object:
        """Say what a sentence holds that depends on now: moments, and sentences within it."""
        match value:
            case datetime() if now:
                return self.when(value, now)
            case Sentence():
                return self.sentence(value, now)
            case tuple() if all(isinstance(part, Sentence) for part in value):
                return " ".join(self.sentence(part, now) for part in value)
            case _:
                return value

    def time(self, moment: datetime) -> str:
        """Say a moment as local time of day: 21:30."""
        return f"{moment.astimezone(self._clock_of):%H:%M}"

    def when(self, moment: datetime, now: datetime) -> str:
        """Say a moment seen from now: 21:30 today, tomorrow 06:30, Friday 07:00, 3 March 07:00."""
        local, today = moment.astimezone(self._clock_of), now.astimezone(self._clock_of).date()
        time = self.time(moment)
        away = (local.date() - today).days
        if away in NEAR_DAYS:
            return self.say(NEAR_DAYS[away], time=time)
        if 1 < away < A_WEEK:
            return self.say("{weekday} {time}", weekday=self.weekday(local), time=time)
        day = self._date(local, with_year=local.year != today.year)
        return self.say("{date} {time}", date=day, time=time)

    def day(self, day: date) -> str:
        """Say a day: Monday 23 November."""
        between = ", " if self.language == "vi" else " "
        return f"{self.weekday(day)}{between}{self._date(day)}"

    def dated(self, day: date, yearly: bool = False) -> str:
        """Say a date with its year: 3 March 2027; without it where it comes every year."""
        return self._date(day, with_year=not yearly)

    def between(self, first: date, last: date, yearly: bool = False) -> str:
        """Say days from one to another, without saying twice what both share: 3–5 March 2027."""
        said = self.dated(last, yearly)
        if first == last:
            return said
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{said}"
        return f"{self._date(first, with_year=first.year != last.year)} – {said}"

    def weekday(self, day: date) -> str:
        """Say a day of the week as it stands within a sentence: Monday."""
        if self.language == "vi":
            return VIETNAMESE_DAYS[day.weekday()]
        return format_date(day, "EEEE", locale=self.language)

    def weekdays(self, days: Iterable[int]) -> str:
        """Say days of the week, 0 being Monday: Friday, Saturday; all seven are every day."""
        wanted = sorted(set(days))
        if len(wanted) == A_WEEK:
            return self.say("every day")
        return ", ".join(self.weekday(A_MONDAY + timedelta(days=day)) for day in wanted)

    def minutes(self, minutes: int) -> str:
        """Say a length of time: 45 minutes, 2 h 05 min."""
        hours, rest = divmod(minutes, 60)
        if not hours:
            return self.count("{n} minute", "{n} minutes", minutes)
        if not rest:
            return self.say("{hours} h", hours=hours)
        padded = str(rest) if self.language == "vi" else f"{rest:02}"
        return self.say("{hours} h {minutes} min", hours=hours, minutes=padded)

    def number(self, number: float) -> str:
        """Say a number with the language's separators."""
        return format_decimal(number, locale=self.language)

    def _date(self, day: date, *, with_year: bool = False) -> str:
        pattern = DATE_WITH_YEAR[self.language] if with_year else "d MMMM"
        return format_date(day, pattern, locale=self.language)

    def _fill(self, message: str, values: Mapping[str, object]) -> str:
        """Put the values in; one that is missing leaves its placeholder rather than no page."""

        def value(match: re.Match[str]) -> str:
            name = match[1]
            return self._shown(values[name]) if name in values else match[0]

        return PLACEHOLDER.sub(value, message)

    def _named(self, kind: str, identifier: str) -> str:
        if kind in ("date", "day"):
            days = [date.fromisoformat(day) for day in identifier.split("/")]
            return self.between(days[0], days[-1], kind == "day")
        if kind == "weekdays":
            return self.weekdays([int(day) for day in identifier])
        if kind == "minutes":
            return self.minutes(int(identifier))
        if kind in SEVERAL:
            one, between = SEVERAL[kind]
            return ", ".join(self._named(one, each) for each in identifier.split(between))
        if kind in LABELS:
            label = LABELS[kind].get(identifier) or LABELS[kind].get("*", "{name}")
            return self.say(label, name=identifier)
        return self._name_of(kind, identifier) if self._name_of else identifier

    def _shown(self, value: object) -> str:
        match value:
            case (str(kind), str(identifier)):
                return self._named(kind, identifier)
            case datetime():
                return self.time(value)
            case date():
                return self.day(value)
            case int() | float():
                return self.number(value)
            case _:
                return str(value)
