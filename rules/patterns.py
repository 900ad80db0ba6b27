"""Which regular expressions may be used in a rule: only those that can never hang.

A search may try every place and every way to divide the text. What it could need at the worst is
added up before a pattern is taken; one that could need too much is refused, and the reason said.
"""

import re
from collections.abc import Iterable, Iterator
from re import _constants as sre  # type: ignore[attr-defined] # how it was understood
from re import _parser as parser  # type: ignore[attr-defined] # nobody knows as well as `re`
from typing import Any

from rules.mistakes import Mistake
from rules.sentences import Sentence

LONGEST_PATTERN = 200
STRETCH = 1000
"""Characters of an address looked at at once."""
STEP = STRETCH // 2
MOST_STRETCHES = 9
MOST_STEPS = 4_000_000
"""Some hundredths of a second at the worst."""

NONE: dict[str, object] = {}
TOO_LONG = Sentence("A pattern has at most {most} characters.", {"most": LONGEST_PATTERN})
BACKREFERENCE = Sentence(
    "A pattern may not look back at its own groups (\\1): it could hang.", NONE
)
LOOKAROUND = Sentence(
    "A pattern may not look ahead or behind ((?=…), (?<=…)): it could hang.", NONE
)
NESTED = Sentence("There is a repetition within a repetition in this pattern: it could hang.", NONE)
OVERLAPPING = Sentence(
    "A repeated choice in this pattern has parts that begin alike: it could hang.", NONE
)
EMPTY = Sentence("Something repeated in this pattern can be empty: it could hang.", NONE)
TOO_MANY_WAYS = Sentence(
    "This pattern repeats and chooses too often to be surely quick: make it simpler, or begin it"
    " with ^.",
    NONE,
)
UNKNOWN = Sentence("There is something in this pattern that is not allowed in a rule.", NONE)

SINGLE = {sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN}
REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT}
REFUSED = {
    sre.GROUPREF: BACKREFERENCE,
    sre.GROUPREF_EXISTS: BACKREFERENCE,
    sre.ASSERT: LOOKAROUND,
    sre.ASSERT_NOT: LOOKAROUND,
}

type Part = tuple[Any, Any]
"""An operation and its arguments, as `re` parses them."""


class Refused(Mistake):
    """A pattern that may not be used; the sentence says why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.message, **sentence.values)


def refusal(pattern: str) -> Sentence | None:
    """Say why a pattern may not be used; None where it may."""
    if len(pattern) > LONGEST_PATTERN:
        return TOO_LONG
    try:
        parts = list(parser.parse(pattern, re.IGNORECASE))
        steps = _ways(parts) * _starts(parts)
    except re.error as error:
        return Sentence("This is not a regular expression: {problem}.", {"problem": str(error)})
    except Refused as refused:
        return refused.sentence
    return TOO_MANY_WAYS if steps > MOST_STEPS else None


def check(pattern: str) -> str:
    """Return a pattern that may be used, else raise Refused."""
    if sentence := refusal(pattern):
        raise Refused(sentence)
    return pattern


def finds(pattern: re.Pattern[str], text: str) -> bool | None:
    """Tell whether a checked pattern is found; None where the text is too long to be sure."""
    if len(text) <= STRETCH:
        return pattern.search(text) is not None
    if any(pattern.search(stretch) for stretch in _stretches(text)):
        return True
    return None if len(text) > (MOST_STRETCHES + 1) * STEP else False


def _stretches(text: str) -> Iterator[str]:
    for number in range(MOST_STRETCHES):
        begin = number * STEP
        if begin == 0 or begin + STEP < len(text):
            yield text[begin : begin + STRETCH]


def _starts(parts: list[Part]) -> int:
    """Count the places at which a search has to begin anew."""
    anchored = bool(parts) and parts[0][0] is sre.AT and parts[0][1] is not sre.AT_BOUNDARY
    return 1 if anchored else STRETCH


def _ways(parts: Iterable[Part]) -> int:
    """Count in how many ways a sequence may divide a text, at the worst."""
    ways = 1
    for operation, given in parts:
        ways *= _ways_of(operation, given)
    return ways


def _ways_of(operation: Any, given: Any) -> int:
    if operation in SINGLE or operation is sre.AT:
        return 1
    if operation is sre.SUBPATTERN:
        return _ways(given[-1])
    if operation is sre.BRANCH:
        return sum(_ways(branch) for branch in given[1])
    if operation in REPEATS:
        return _ways_to_repeat(*given)
    raise Refused(REFUSED.get(operation, UNKNOWN))


def _ways_to_repeat(least: int, most: Any, parts: Iterable[Part]) -> int:
    body = list(parts)
    if int(most) <= 1:
        return 1 + _ways(body)
    if _is_empty(body):
        raise Refused(EMPTY)
    if not _is_plain(body):
        _ways(body)  # what is refused anywhere has the better reason
        raise Refused(OVERLAPPING if not _repeats(body) else NESTED)
    return max(min(int(most), STRETCH) - least + 1, 1)


def _is_plain(parts: Iterable[Part]) -> bool:
    """Tell whether there is but one way to match a sequence."""
    return all(_is_plain_part(operation, given) for operation, given in parts)


def _is_plain_part(operation: Any, given: Any) -> bool:
    if operation is sre.SUBPATTERN:
        return _is_plain(given[-1])
    if operation is sre.BRANCH:
        branches = [list(branch) for branch in given[1]]
        begins = [branch[0] if branch else None for branch in branches]
        distinct = len({begin[1] for begin in begins if begin and begin[0] is sre.LITERAL})
        return distinct == len(branches) and all(map(_is_plain, branches))
    return operation in SINGLE or operation is sre.AT


def _repeats(parts: Iterable[Part]) -> bool:
    """Tell whether there is a repetition anywhere within."""
    for operation, given in parts:
        if operation in REPEATS:
            return True
        inner = given[1] if operation is sre.BRANCH else [given[-1]] if _is_group(operation) else []
        if any(_repeats(branch) for branch in inner):
            return True
    return False


def _is_group(operation: Any) -> bool:
    return operation is sre.SUBPATTERN


def _is_empty(parts: Iterable[Part]) -> bool:
    """Tell whether a sequence may match nothing."""
    for operation, given in parts:
        if operation in SINGLE:
            return False
        if operation is sre.SUBPATTERN and not _is_empty(given[-1]):
            return False
        if operation is sre.BRANCH and not any(map(_is_empty, given[1])):
            return False
        if operation in REPEATS and given[0] and not _is_empty(given[2]):
            return False
    return True
