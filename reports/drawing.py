"""Charts outside the browser: the page's own specification as vectors for paper, or as an image."""

from functools import cache
from types import ModuleType
from typing import Any

from reports.blocks import Picture

PAPER_WIDTH = 520
MAIL_WIDTH = 420
PAPER_FONT = "Libertinus Serif"
"""What Typst carries with it; its letters are those of the text around a chart."""
SHARP = 2.4
"""Dots of an image to each dot of a mail: phones show it sharp."""


def svg(picture: Picture) -> str:
    """Draw a chart as vectors."""
    drawn: str = _engine().vegalite_to_svg(
        _sized(picture, PAPER_WIDTH), config={"font": PAPER_FONT}, allowed_base_urls=[]
    )
    return drawn


def png(picture: Picture) -> bytes:
    """Draw a chart as an image without a ground, for light and for dark mails."""
    drawn: bytes = _engine().vegalite_to_png(
        _sized(picture, MAIL_WIDTH), scale=SHARP, allowed_base_urls=[]
    )
    return drawn


def _sized(picture: Picture, width: int) -> dict[str, Any]:
    """Paper has no container to fill."""
    return {**picture.spec, "width": width, "autosize": {"type": "fit-x", "contains": "padding"}}


@cache
def _engine() -> ModuleType:
    """Load it when something is drawn: it brings a whole script engine along."""
    import vl_convert  # noqa: PLC0415 see above

    return vl_convert
