"""One reader's language: messages, plural forms, local times, numbers."""

from collections.abc import Callable
from datetime import date, datetime

from rules.explain import Sentence
from rules.family import Language

type NameOf = Callable[[str, str], str]
"""Gives the reader's name of a category or service: name_of("category", "games")."""


class Speech:
    """Speaks one language in one time zone. English messages are the keys of the catalogues."""

    language: Language
    zone: str

    def __init__(self, language: Language, zone: str, name_of: NameOf | None = None) -> None:
        raise NotImplementedError

    def say(self, message: str, /, **values: object) -> str:
        """Translate a message and fill its {placeholders}."""
        raise NotImplementedError

    def count(self, one: str, many: str, number: int, /, **values: object) -> str:
        """Translate with the right plural form; {n} is the number."""
        raise NotImplementedError

    def sentence(self, sentence: Sentence) -> str:
        """Say a sentence of `rules.explain`."""
        raise NotImplementedError

    def time(self, moment: datetime) -> str:
        """Say a moment as local time of day: 21:30."""
        raise NotImplementedError

    def when(self, moment: datetime, now: datetime) -> str:
        """Say a moment seen from now: 21:30 today, tomorrow 06:30, Friday 07:00, 3 March 07:00."""
        raise NotImplementedError

    def day(self, day: date) -> str:
        """Say a day: Monday 23 November."""
        raise NotImplementedError

    def minutes(self, minutes: int) -> str:
        """Say a length of time: 45 minutes, 2 h 05 min."""
        raise NotImplementedError

    def number(self, number: float) -> str:
        """Say a number with the language's separators."""
        raise NotImplementedError
