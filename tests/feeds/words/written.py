"""Reads the pages written for this: which kind, what they should be taken for, and the page."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGES = Path(__file__).parent / "pages.txt"
NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Written:
    kind: str
    category: str
    """Empty where it should be taken for nothing."""
    language: str
    title: str
    text: str

    @property
    def html(self) -> bytes:
        """Write it as a small site would."""
        lines = "".join(f"<p>{line}</p>" for line in self.text.splitlines())
        menu = '<a href="/">Home</a><a href="/lien-he">Contact</a>'
        return (
            f'<!doctype html><html><meta charset="utf-8"><title>{self.title}</title>'
            f"<nav>{menu}</nav><h1>{self.title}</h1>{lines}</html>"
        ).encode()


def written(half: int | None = None) -> Iterator[Written]:
    """Give the pages: 1 is the half that was looked at, 0 the one held back, None is all."""
    blocks = PAGES.read_text(encoding="utf-8").split("\n== ")[1:]
    for number, block in enumerate(blocks, start=1):
        if half is None or number % 2 == half:
            head, _, rest = block.partition("\n")
            kind, category, language = head.split()
            title, _, text = rest.partition("\n")
            yield Written(kind, category.replace(NOTHING, ""), language, title, text.strip())
