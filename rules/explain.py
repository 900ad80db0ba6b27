"""Verdicts in words: for the child, for the parent, and every check for the engineer.

Sentences are messages in English with {placeholders}; `words` says them in a reader's language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rules.compile import Rulebook
from rules.verdict import Verdict
from rules.visit import Visit


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message and its values: text, numbers, moments (shown as local time), or `("category", id)` / `("service", id)` pairs (shown by name)."""

    message: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Step:
    """One check of one layer and what it answered (None: it had nothing to say)."""

    layer: str
    check: str
    verdict: Verdict | None


def for_child(verdict: Verdict) -> Sentence:
    """Say a verdict to the child: short, kind, true."""
    raise NotImplementedError


def for_parent(verdict: Verdict) -> Sentence:
    """Say a verdict to an adult: what answered, whose rule, until when."""
    raise NotImplementedError


def trace(rulebook: Rulebook, visit: Visit, now: datetime, spent: Mapping[str, int]) -> list[Step]:
    """Run every check of every layer and tell what each answered, in the order they are asked."""
    raise NotImplementedError
