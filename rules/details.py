"""Private details of a child, known only as keyed digests, and found again in what is sent.

The kinds follow Article 33 of Decree 56/2017/ND-CP (private information of children). Nobody can
read a detail back; without the installation's key nobody can even try. A detail is brought into
one form (lower case, no diacritics, no separators) and kept as digests of the ways to write it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from itertools import permutations
from uuid import UUID

from rules.mistakes import Mistake
from rules.values import Frozen

PURPOSE = b"private-detail"
HEAD, WHOLE = 2, 16
"""Bytes of the digest of a first word, which only spares work, and of the whole."""
LEAST_DIGITS, MOST_DIGITS = 9, 15
LEAST_LETTERS = 5
MOST_PERMUTED = 3
WORD = re.compile(r"[^\W_]+")
MAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}")
MARKS = re.compile("[\u0300-\u036f]")
SPOKEN = """khong zero; mot one; hai two; ba three; bon tu four; nam lam five; sau six; bay seven;
tam eight; chin nine"""
FIGURES = frozenset("0123456789")
DIGITS = {
    word: str(number) for number, words in enumerate(SPOKEN.split(";")) for word in words.split()
}
"""Who writes a number in words means the number."""
SCHOOLS = (
    (" trung hoc co so ", " thcs "),
    (" trung hoc pho thong ", " thpt "),
    (" tieu hoc ", " th "),
    (" primary school ", " th "),
)
STREET = frozenset(
    """so nha duong pho ngo ngach hem to khu thon xom ap phuong xa quan huyen thanh tinh tp p q h x
    thi tran thanhpho street st road rd lane alley ward district city no number apt block""".split()  # noqa: SIM905 read as a list
)
"""Words of an address that are left out or written in many ways."""


class Kind(StrEnum):
    """What a detail is, in the order of Article 33."""

    NAME = "name"
    FAMILY = "family"
    """A member of the family: phone number, e-mail or full name."""
    PHONE = "phone"
    MAIL = "mail"
    HOME = "home"
    SCHOOL = "school"


class Detail(Frozen):
    """One detail as it is kept: its kind and digests, nothing that could be read."""

    id: UUID
    kind: Kind
    heads: tuple[str, ...]
    forms: tuple[str, ...]
    """How many words, and the digest of all: `3:9f…`."""


@dataclass(frozen=True, slots=True)
class Digests:
    """A detail's ways to be written, digested."""

    heads: tuple[str, ...]
    forms: tuple[str, ...]


@dataclass(slots=True)
class Finder:
    """The details of a child, ready to be looked for."""

    key: bytes
    kinds: dict[tuple[int, bytes], Kind] = field(default_factory=dict)
    heads: set[bytes] = field(default_factory=set)
    lengths: tuple[int, ...] = ()


def digests(key: bytes, kind: Kind, text: str) -> Digests:
    """Digest what an adult entered. Raises Mistake where it could not be told from other text."""
    ways = sorted(set(ways_to_write(kind, text)))
    heads = sorted({_digest(key, words[0], HEAD).hex() for words in ways})
    forms = tuple(f"{len(words)}:{_digest(key, ' '.join(words), WHOLE).hex()}" for words in ways)
    return Digests(tuple(heads), forms)


def finder(key: bytes, details: Iterable[Detail]) -> Finder:
    """Make details ready to be looked for."""
    made = Finder(key)
    for detail in details:
        made.heads |= {bytes.fromhex(head) for head in detail.heads}
        for form in detail.forms:
            count, _, digest = form.partition(":")
            made.kinds[int(count), bytes.fromhex(digest)] = detail.kind
    made.lengths = tuple(sorted({count for count, _ in made.kinds}))
    return made


def find(looked_for: Finder, text: str) -> frozenset[Kind]:
    """Return the kinds of details that stand in a text."""
    if not looked_for.kinds or not text:
        return frozenset()
    bare = plain(text)
    words = _words(bare)
    begins = _begins(looked_for, words)
    found = _in(looked_for, words, begins)
    if begins:
        found |= _in(looked_for, [word for word in words if word not in STREET], begins)
    singles = {*(MAIL.findall(bare) if "@" in bare else ()), *numbers(words)}
    return frozenset(found | _alone(looked_for, singles))


def ways_to_write(kind: Kind, text: str) -> Iterator[tuple[str, ...]]:
    """List the ways to write a detail, each as words. Raises Mistake where it is none."""
    bare = plain(text)
    is_number = sum(letter.isdigit() for letter in bare) >= LEAST_DIGITS
    if kind is Kind.MAIL or (kind is Kind.FAMILY and "@" in bare):
        return iter([_mail(bare)])
    if kind is Kind.PHONE or (kind is Kind.FAMILY and is_number):
        return iter([_phone(bare)])
    if kind is Kind.HOME:
        return _home(text)
    return _school(bare) if kind is Kind.SCHOOL else _name(bare)


def plain(text: str) -> str:
    """Write a text in lower case and without diacritics."""
    if text.isascii():
        return text.lower()
    text = text.lower().replace("đ", "d")
    return MARKS.sub("", unicodedata.normalize("NFD", text))


def numbers(words: list[str]) -> set[str]:
    """Return the telephone numbers that digits in a row could be, without country and zero."""
    found: set[str] = set()
    run: list[str] = []
    last = -1
    for place in [n for n, word in enumerate(words) if word[0] in FIGURES or word in DIGITS]:
        word = words[place]
        digits = word if word.isdigit() else DIGITS.get(word, "")
        if place != last + 1:
            found |= _numbers_in(run)
            run = []
        if digits:
            run.append(digits)
            last = place
    return found | _numbers_in(run)


def _numbers_in(run: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(len(run)):
        joined = ""
        for part in run[start : start + MOST_DIGITS]:
            joined += part
            if len(joined) > MOST_DIGITS:
                break
            if len(joined) >= LEAST_DIGITS:
                found.add(_national(joined))
    return found


def _national(digits: str) -> str:
    """Leave country and zero out: +84 912…, 0084912… and 0912… are one number."""
    bare = digits.removeprefix("00") if digits.startswith("0084") else digits
    if bare.startswith("84") and len(bare) > LEAST_DIGITS + 1:
        bare = bare[2:]
    return bare.removeprefix("0")


def _phone(bare: str) -> tuple[str]:
    digits = "".join(filter(str.isdigit, bare))
    if not LEAST_DIGITS <= len(digits) <= MOST_DIGITS:
        raise Mistake("Write the whole telephone number, like 0912 345 678.")
    return (_national(digits),)


def _mail(bare: str) -> tuple[str]:
    if not MAIL.fullmatch(bare.strip()):
        raise Mistake("Write the whole e-mail address, like name@example.com.")
    return (bare.strip(),)


def _name(bare: str) -> Iterator[tuple[str, ...]]:
    """List the orders in which a name is written, and all of it in one word."""
    words = tuple(_words(bare))
    if len(words) < 2 or sum(map(len, words)) < LEAST_LETTERS:  # noqa: PLR2004 a full name
        raise Mistake("Write the full name: a first name alone is the name of many.")
    yield ("".join(words),)
    if len(words) <= MOST_PERMUTED:
        yield from permutations(words)
        return
    yield words
    yield words[::-1]
    yield (*words[-1:], *words[:-1])
    yield (*words[1:], *words[:1])


def _school(bare: str) -> Iterator[tuple[str, ...]]:
    words = tuple(word for word in _words(bare) if word != "truong")
    if len(words) < 2:  # noqa: PLR2004 one word is no school's name
        raise Mistake("Write the school as it is called, like THCS Trần Phú.")
    yield words


def _home(text: str) -> Iterator[tuple[str, ...]]:
    """Take house number and street, or where there is no number the two narrowest parts."""
    parts = [
        tuple(word for word in _words(plain(part)) if word not in STREET)
        for part in re.split(r"[,;\n]", text)
    ]
    parts = [part for part in parts if part]
    first = parts[0] if parts else ()
    if any(word[0].isdigit() for word in first) and len(first) > 1:
        yield first
    elif len(parts) > 1 and len(parts[0] + parts[1]) > 2:  # noqa: PLR2004 a village and its commune
        yield parts[0] + parts[1]
    else:
        raise Mistake(
            "Write number and street, or village and commune, like 12 Lạch Tray, Hải Phòng."
        )


def _words(bare: str) -> list[str]:
    words = WORD.findall(bare)
    line = f" {' '.join(words)} "
    if "hoc" in line or "school" in line:
        for long, short in SCHOOLS:
            line = line.replace(long, short)
        return line.split()
    return words


def _begins(looked_for: Finder, words: list[str]) -> frozenset[str]:
    """Return the words with which a detail may begin; of different texts nearly none."""
    key, heads = looked_for.key, looked_for.heads
    return frozenset(word for word in set(words) if _digest(key, word, HEAD) in heads)


def _in(looked_for: Finder, words: list[str], begins: frozenset[str]) -> set[Kind]:
    """Look for details where a first word begins."""
    found: set[Kind] = set()
    for start in [n for n, word in enumerate(words) if word in begins] if begins else ():
        for count in looked_for.lengths:
            whole = _digest(looked_for.key, " ".join(words[start : start + count]), WHOLE)
            if kind := looked_for.kinds.get((count, whole)):
                found.add(kind)
    return found


def _alone(looked_for: Finder, singles: Iterable[str]) -> set[Kind]:
    wholes = ((1, _digest(looked_for.key, each, WHOLE)) for each in singles)
    return {kind for whole in wholes if (kind := looked_for.kinds.get(whole))}


def _digest(key: bytes, text: str, size: int) -> bytes:
    # Keyed BLAKE2b is a MAC, as HMAC is, and quicker: each word of what is sent is asked for.
    return blake2b(text.encode(), key=key, person=PURPOSE, digest_size=size).digest()
