"""From the bytes of a CSV file to cells, whatever program saved it."""

import csv
import unicodedata
from collections import Counter
from collections.abc import Iterator

from feeds.rosters.errors import NO_LIST, NotARoster

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
DELIMITERS = ",;\t|"
SAMPLE = 20
"""So many lines tell how the columns are parted."""
MOSTLY = 0.3


def decode(data: bytes) -> str:
    """Return the text of a file: by its mark, as UTF-16, UTF-8, or old Windows Vietnamese.

    Raises NotARoster for bytes that are no text.
    """
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Windows' own Vietnamese writes accents after their letters.
        return _checked(unicodedata.normalize("NFC", text).removeprefix("\ufeff"))
    raise NotARoster(NO_LIST)


def _candidates(data: bytes) -> Iterator[str]:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            yield encoding
            return
    head = data[:2000]
    # Without a mark: in UTF-16 every other byte of a name or a comma is nothing.
    if head[1::2].count(0) > MOSTLY * len(head) / 2:
        yield "utf-16-le"
    elif head[0::2].count(0) > MOSTLY * len(head) / 2:
        yield "utf-16-be"
    yield from ("utf-8", "cp1258")


def _checked(text: str) -> str:
    """Refuse what is no text: a picture is read by old encodings, too, but as nonsense."""
    odd = sum(
        1 for sign in text[:4000] if unicodedata.category(sign) == "Cc" and sign not in "\r\n\t"
    )
    if odd:
        raise NotARoster(NO_LIST)
    return text


def cells(text: str) -> Iterator[list[str]]:
    """Give the cells of each line. Raises NotARoster where quotes never end."""
    try:
        yield from csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text))
    except csv.Error as error:
        raise NotARoster(NO_LIST) from error


def _delimiter(text: str) -> str:
    """Find what parts the columns: what stands equally often in the most lines."""
    lines = [line for line in text.splitlines()[:SAMPLE] if line.strip()]
    best, score = ",", (0, 0)
    for sign in DELIMITERS:
        counted = Counter(line.count(sign) for line in lines if sign in line)
        if counted:
            often, times = max(counted.items(), key=lambda each: (each[1], each[0]))
            best, score = max((best, score), (sign, (times, often)), key=lambda each: each[1])
    return best
