"""What pydantic found wrong, as a sentence that says what to do, in any reader's language."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rules.mistakes import Mistake
from rules.sentences import Sentence
from rules.times import END, START
from rules.urls import FILE_TYPE
from rules.values import SLUG

OTHERWISE = Sentence("This does not fit. Please look at it again.", {})
WHOLE = Sentence("Please write a whole number.", {})
NUMBER = Sentence("Please write a number.", {})
TEXT = Sentence("Please write a text here.", {})
LIST = Sentence("Please write a list here: […].", {})
NAMED = Sentence("Please write names and values here: {…}.", {})
SWITCH = Sentence("Please write true or false.", {})
DATE = Sentence("Please write a date like 2026-11-24.", {})
MOMENT = Sentence("Please write a moment like 2026-11-24T21:15:00+07:00.", {})
AN_ID = Sentence("This is no id: copy it as it was given.", {})
ONE_OF = Sentence("Please write one of these: {choices}.", {})
JSON_AT = Sentence("This is no valid JSON: look at line {line}, column {column}.", {})
JSON = Sentence("This is no valid JSON: look for a missing comma, quote or bracket.", {})

BY_TYPE: Mapping[str, Sentence] = {
    "missing": Sentence("Please fill this in.", {}),
    "extra_forbidden": Sentence(
        "This is not known here: look at the spelling, or leave it out.", {}
    ),
    "string_too_short": Sentence("This is too short: at least {min_length} characters.", {}),
    "string_too_long": Sentence("This is too long: at most {max_length} characters.", {}),
    "string_pattern_mismatch": Sentence("This does not have the right form.", {}),
    "too_short": Sentence("Please give at least {min_length}.", {}),
    "too_long": Sentence("Please give at most {max_length}.", {}),
    "greater_than": Sentence("More than {gt}, please.", {}),
    "greater_than_equal": Sentence("At least {ge}, please.", {}),
    "less_than": Sentence("Less than {lt}, please.", {}),
    "less_than_equal": Sentence("At most {le}, please.", {}),
    "finite_number": NUMBER,
    "multiple_of": NUMBER,
    "literal_error": ONE_OF,
    "enum": ONE_OF,
    "json_invalid": JSON,
    "json_type": JSON,
    "timezone_aware": Sentence("A moment needs its time zone.", {}),
    "invalid_key": TEXT,
}
"""By pydantic's own name for the mistake."""
BY_KIND: Mapping[str, Sentence] = {
    "int": WHOLE,
    "float": NUMBER,
    "decimal": NUMBER,
    "string": TEXT,
    "bytes": TEXT,
    "bool": SWITCH,
    "list": LIST,
    "tuple": LIST,
    "set": LIST,
    "frozen_set": LIST,
    "iterable": LIST,
    "dict": NAMED,
    "mapping": NAMED,
    "model": NAMED,
    "dataclass": NAMED,
    "datetime": MOMENT,
    "date": DATE,
    "uuid": AN_ID,
}
"""By what was expected: the first word of pydantic's name."""
BY_PATTERN: Mapping[str, Sentence] = {
    START: Sentence("Please write a time like 21:00.", {}),
    END: Sentence("Please write a time like 21:00; 24:00 is the end of the day.", {}),
    SLUG: Sentence("Please take small letters, digits, - and _, at most 40 of them.", {}),
    FILE_TYPE: Sentence("Please write the ending of a file without the dot, like pdf.", {}),
}
IN_QUOTES = re.compile(r"'([^']*)'")
PLACE = re.compile(r"line (\d+) column (\d+)")
KINDS = sorted(BY_KIND, key=len, reverse=True)


def only_causes[E: Mapping[str, Any]](errors: Iterable[E]) -> list[E]:
    """Leave out lists that are called too short only because something in them does not fit."""
    found = list(errors)
    places = [error["loc"] for error in found]

    def follows(error: E) -> bool:
        loc = error["loc"]
        inner = (place for place in places if len(place) > len(loc))
        return error["type"] == "too_short" and any(place[: len(loc)] == loc for place in inner)

    return [error for error in found if not follows(error)]


def told(error: Mapping[str, Any]) -> Sentence:
    """Say one entry of `ValidationError.errors()`."""
    kind, context = str(error["type"]), dict(error.get("ctx") or {})
    if kind == "value_error":
        return _of_ours(context.get("error"))
    if kind == "string_pattern_mismatch" and context.get("pattern") in BY_PATTERN:
        return BY_PATTERN[context["pattern"]]
    if kind in ("literal_error", "enum"):
        choices = IN_QUOTES.findall(str(context.get("expected", "")))
        return Sentence(ONE_OF.message, {"choices": ", ".join(choices)})
    if kind == "json_invalid" and (found := PLACE.search(str(context.get("error", "")))):
        return Sentence(JSON_AT.message, {"line": int(found[1]), "column": int(found[2])})
    message = BY_TYPE.get(kind) or _by_kind(kind)
    return Sentence(message.message, context)


def _of_ours(error: object) -> Sentence:
    # What is no Mistake was raised with a message that is a key of the catalogues already.
    return error.sentence if isinstance(error, Mistake) else Sentence(str(error), {})


def _by_kind(kind: str) -> Sentence:
    found = next((name for name in KINDS if kind.startswith(f"{name}_")), None)
    return BY_KIND[found] if found else OTHERWISE


def place_of(error: Mapping[str, Any]) -> str:
    """Say where it stands: hours/0/windows/1/start."""
    return "/".join(str(step) for step in error["loc"])
