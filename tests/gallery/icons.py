"""`python -m tests.gallery.icons`: draws the app's icons anew from our own logo.

Their PNGs are committed, since no installation has a browser to draw them with.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.kit.browser import chromium

ICONS = Path("api/static/icons")
SKY = "#0b2e4f"
SAFE = 0.7
"""What a phone may cut away from a maskable icon lies outside this part of it."""
BADGE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" fill="#fff">
  <path d="M20 16 L3 9 V22 Z M28 16 L45 9 V22 Z M24 3 L32 11 H16 Z"/>
  <rect x="19" y="13" width="10" height="8" rx="1.5"/>
  <path d="M18 23 H30 L34 45 H14 Z"/></svg>"""
"""One colour: Android draws only its shape."""


def draw(page: Page, name: str, size: int, svg: str, *, ground: str = "", share: float = 1) -> None:
    """Draw one icon."""
    inner = round(size * share)
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(
        f"<style>*{{margin:0}}body{{width:{size}px;height:{size}px;display:grid;"
        f"place-items:center;background:{ground or 'transparent'}}}"
        f"svg{{width:{inner}px;height:{inner}px;display:block}}</style>{svg}"
    )
    page.screenshot(path=ICONS / name, omit_background=not ground)


def main() -> None:
    """Draw them all."""
    logo = (ICONS / "haidang.svg").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as home, chromium(Path(home)) as launch:
        page = launch("icons")
        for size in (192, 512):
            draw(page, f"app-{size}.png", size, logo)
        draw(page, "app-maskable-512.png", 512, logo, ground=SKY, share=SAFE)
        draw(page, "app-apple-180.png", 180, logo, ground=SKY, share=0.86)
        draw(page, "badge.png", 96, BADGE)


if __name__ == "__main__":
    main()
