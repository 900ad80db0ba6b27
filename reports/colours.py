"""Colours of categories: few, calm, readable on white and on dark, the same in chart and table."""

from collections.abc import Iterable

from reports.values import UNNAMED

PALETTE = ("#4c86e8", "#f0923b", "#35a874", "#9a6ee8", "#e5638f", "#1fa5b5", "#c9a227")
REST = "#8d99a8"
QUIET = "#7f8b99"
"""Axis text and lines: 3.4:1 or better on white and on the dark page."""


def colours_of(ids: Iterable[str]) -> dict[str, str]:
    """Give the first categories a colour each, and all others the quiet one."""
    named = [name for name in ids if name != UNNAMED]
    return {
        UNNAMED: REST,
        **{
            name: PALETTE[place] if place < len(PALETTE) else REST
            for place, name in enumerate(named)
        },
    }
