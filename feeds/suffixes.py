"""Endings below which names are given: read once in a process, by whoever asks first."""

from functools import cache
from pathlib import Path

from publicsuffixlist import PSLFILE, PublicSuffixList

BEGINS, ENDS = "// ===BEGIN ICANN DOMAINS===", "// ===END ICANN DOMAINS==="


def _registries() -> set[str]:
    text = Path(PSLFILE).read_text("utf-8")
    inside = text.partition(BEGINS)[2].partition(ENDS)[0]
    rules = (line.split()[0].lower() for line in inside.splitlines() if line.strip())
    return {rule for rule in rules if not rule.startswith("//")}


_RULES = _registries()
SUFFIXES = frozenset(rule.removeprefix("*.") for rule in _RULES if rule[0] != "!")
"""Every name that is a suffix by itself, or the stem of such names: com, com.vn, ck."""
WILD_SUFFIXES = frozenset(rule[1:] for rule in _RULES if rule.startswith("*."))
"""Endings below which every name may be a suffix, with their dot: .ck."""


@cache
def registries() -> PublicSuffixList:
    """Return the endings of registries. Names like blogspot.com are sites of somebody."""
    return PublicSuffixList(only_icann=True)


@cache
def all_suffixes() -> PublicSuffixList:
    """Return the endings of registries, and those of sites below which others have theirs."""
    return PublicSuffixList()
