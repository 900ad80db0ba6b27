"""A report in its reader's language, before any form: page, paper, mail and text show the same.

A sheet is a list of blocks, a block a heading with parts below it. Whoever adds a kind of part
teaches it to `templates/_sheet.html` (page), `reports.paper` (PDF), `reports.post` (mail).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from rules.family import Language

type Spec = Mapping[str, Any]
type Look = Literal["plain", "lead", "good", "quote", "quiet", "talk"]


@dataclass(frozen=True, slots=True)
class Lines:
    """Sentences below each other."""

    texts: tuple[str, ...]
    look: Look = "plain"


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and what is to be said of it, perhaps with a bar."""

    name: str
    value: str
    note: str = ""
    share: float | None = None
    """How long the bar is, 0 to 1; None: no bar."""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    rows: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: names in the first column, numbers or short words in the others."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: bool = True
    """All columns but the first hold numbers, and are set to the right."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart: the specification that every form draws, and what it shows in words."""

    key: str
    spec: Spec
    alt: str


type Part = Lines | Facts | Grid | Picture


@dataclass(frozen=True, slots=True)
class Block:
    """One heading with what stands below it."""

    key: str
    title: str
    parts: tuple[Part, ...]
    icon: str = ""
    """A Tabler icon, for pages."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole report."""

    title: str
    over: str
    """What stands above the title: which week it is."""
    blocks: tuple[Block, ...]
    foot: tuple[str, ...]
    language: Language
    name: str
    """What a file of it is called, without an ending: letters, digits and hyphens."""

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """List the charts in their order."""
        parts = (part for block in self.blocks for part in block.parts)
        return tuple(part for part in parts if isinstance(part, Picture))

    def block(self, key: str) -> Block | None:
        """Return a block by its key."""
        return next((block for block in self.blocks if block.key == key), None)
