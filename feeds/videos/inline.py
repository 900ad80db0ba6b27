r"""Finds YouTube's data in the text of its pages, and writes it back in the form in which it stood.

Pages for computers hold it as an object, pages for phones as a string that a script reads later:
`ytInitialData = '\x7b\x22contents\x22…'`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

NAMES = "Data|PlayerResponse|ReelWatchSequenceResponse"
# It begins with plain letters: so a page of a megabyte is searched in no time.
BEGINS = re.compile(rf"(ytInitial(?:{NAMES}))[\"']?\]?\s{{0,3}}=\s{{0,3}}(?=[{{'])")
STRING = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
ESCAPED = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL)
PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027"}
"""What could end a script or a string around it."""
READER = json.JSONDecoder()


@dataclass(slots=True)
class Data:
    """One piece of data, and where in the page it stands."""

    name: str
    start: int
    end: int
    value: dict[str, Any]
    is_string: bool

    def written(self) -> str:
        """Write it as it stood."""
        text = data_written(self.value)
        for bad, good in UNSAFE.items():
            text = text.replace(bad, good)
        return "'" + text.replace("\\", "\\\\") + "'" if self.is_string else text


def data_of(page: str) -> list[Data]:
    """Read all data of a page; what cannot be read is left out."""
    return list(_found(page))


def replaced(page: str, changed: list[Data]) -> str:
    """Put data back into the page it was read from."""
    parts, at = [], 0
    for data in sorted(changed, key=lambda each: each.start):
        parts += [page[at : data.start], data.written()]
        at = data.end
    return "".join((*parts, page[at:]))


def data_written(value: object) -> str:
    """Write data as short as YouTube does, in ASCII, which every charset carries."""
    return json.dumps(value, separators=(",", ":"))


def _found(page: str) -> Iterator[Data]:
    for begin in BEGINS.finditer(page):
        name, start = begin[1], begin.end()
        try:
            if page[start] == "{":
                value, end = READER.raw_decode(page, start)
            else:
                value, end = _of_string(page, start)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield Data(name, start, end, value, is_string=page[start] == "'")


def _of_string(page: str, start: int) -> tuple[Any, int]:
    met = STRING.match(page, start)
    if met is None:
        raise ValueError("a string without an end")
    return json.loads(ESCAPED.sub(_unescaped, met[1])), met.end()


def _unescaped(met: re.Match[str]) -> str:
    code = met[1] or met[2]
    return chr(int(code, 16)) if code else PLAIN.get(met[3], met[3])
