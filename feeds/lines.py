"""Reads one line of a list in whatever form it has: hosts, plain, Adblock, dnsmasq, RPZ, v2fly."""

import ipaddress
import re
from typing import NamedTuple

from rules.explain import Sentence

BELOW = "below"
ALONE = "alone"
EXCEPT = "except"

WHOLE_PAGES = frozenset({"important", "all", "document", "doc", "popup", "denyallow"})
"""Options of browser filters that still mean the site as a whole."""

DNSMASQ = re.compile(r"(?:address|server|local)=/(.+)/[^/]*")
UNBOUND = re.compile(r'local-(?:zone|data):\s*"(\S+?)\.?(?:"|\s).*')
COSMETIC = re.compile(r"[^\s#]*#[@?$%]?#[^\s#]")
"""Rules that hide parts of a page, `example.com##.ad`: they say nothing against the site."""
CLASH = re.compile(r"(DOMAIN|DOMAIN-SUFFIX),([^,]+)(?:,.*)?", re.IGNORECASE)
ZONE_HEADS = frozenset({"SOA", "NS"})
ZONE_NOISE = frozenset({"IN"})


class Read(NamedTuple):
    """What a line says: its form, and words that stand for sites in one of three ways."""

    form: str
    sites: tuple[tuple[str, str], ...] = ()


class UnreadableError(ValueError):
    """A line that is not understood."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.message)
        self.sentence = sentence


NOTHING = Read("")
PARTS = Sentence("Only whole sites can be listed: remove paths, * and other signs", {})


def read_line(line: str) -> Read:
    """Read a line; raises UnreadableError saying what is wrong with it."""
    text = line.strip()
    if COSMETIC.match(text):
        raise UnreadableError(PARTS)
    if not text or text.startswith(("#", "!", ";", "[Adblock", "payload:", "$TTL", "$ORIGIN")):
        return NOTHING
    for reader in (_adblock, _dnsmasq, _unbound, _clash, _v2fly):
        if read := reader(text):
            return read
    return _words(text.partition("#")[0].split())


def _adblock(text: str) -> Read | None:
    if not text.startswith(("||", "@@||")):
        return None
    rule = text.removeprefix("@@")[2:]
    site, caret, rest = rule.partition("^")
    options = rest.removeprefix("|").removeprefix("$")
    plain = not caret or rest in ("", "|") or _is_whole(options)
    if not plain or "/" in site or "$" in site:
        raise UnreadableError(PARTS)
    kind = EXCEPT if text.startswith("@@") else BELOW
    return Read("adblock", ((kind, site.removeprefix("*.")),))


def _is_whole(options: str) -> bool:
    return bool(options) and all(o in WHOLE_PAGES for o in options.split(","))


def _dnsmasq(text: str) -> Read | None:
    found = DNSMASQ.fullmatch(text.partition("#")[0].strip())
    return Read("dnsmasq", tuple((BELOW, n) for n in found[1].split("/"))) if found else None


def _unbound(text: str) -> Read | None:
    found = UNBOUND.fullmatch(text)
    return Read("unbound", ((BELOW, found[1]),)) if found else None


def _clash(text: str) -> Read | None:
    bare = text.removeprefix("- ").strip("'\"")
    if bare.startswith("+."):
        return Read("clash", ((BELOW, bare[2:]),))
    if found := CLASH.fullmatch(bare):
        return Read("clash", ((ALONE if found[1].upper() == "DOMAIN" else BELOW, found[2]),))
    return None


def _v2fly(text: str) -> Read | None:
    words = text.partition("#")[0].split()
    if not words or any(not word.startswith(("@", "&")) for word in words[1:]):
        return None
    kind, colon, rest = words[0].partition(":")
    if colon and kind in ("keyword", "regexp", "include"):
        raise UnreadableError(PARTS)
    if colon and kind in ("domain", "full"):
        return Read("v2fly", ((ALONE if kind == "full" else BELOW, rest),))
    return Read("v2fly", ((BELOW, words[0]),)) if len(words) > 1 else None


def _words(words: list[str]) -> Read:
    if not words:
        return NOTHING
    if len(words) == 1:
        if words[0].startswith(("*.", ".")):
            return Read("wildcard", ((BELOW, words[0].removeprefix("*")[1:]),))
        return Read("plain", ((BELOW, words[0]),))
    if is_address(words[0]):
        return Read("hosts", tuple((ALONE, word) for word in words[1:]))
    return _zone([word for word in words if word not in ZONE_NOISE and not word.isdigit()])


def _zone(words: list[str]) -> Read:
    """Read a line of a response policy zone: `host CNAME .`, `*.host CNAME .`."""
    if len(words) > 1 and words[1] in ZONE_HEADS:
        return Read("rpz")
    if len(words) != 3 or words[1] not in ("CNAME", "A", "AAAA"):  # noqa: PLR2004 name, kind, value
        raise UnreadableError(Sentence("Write one site a line, like example.com", {}))
    wide = words[0].startswith("*.")
    kind = EXCEPT if words[2].startswith("rpz-passthru") else BELOW if wide else ALONE
    return Read("rpz", ((kind, words[0].removeprefix("*.")),))


def is_address(word: str) -> bool:
    """Tell whether a word is an address made of numbers."""
    try:
        ipaddress.ip_address(word.partition("%")[0].strip("[]"))
    except ValueError:
        return False
    return True
