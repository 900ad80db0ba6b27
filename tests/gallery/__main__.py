"""`python -m tests.gallery [START ...]`: every page that the app has routes for, to be looked at.

Phone and desk, Vietnamese and English, light and dark, in a house that has something of everything
(or only the pages whose addresses begin with START). The pictures lie in `gallery/`, and
`gallery/index.html` shows each page with all of its looks side by side.
"""

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page
from rich.console import Console
from rich.progress import Progress

from feeds.catalogue import load
from tests.api.every_page import DEVICES, UNFOLD, headers_of, pages
from tests.api.served import Served, serve
from tests.kit.browser import DESK, PHONE, Launch, chromium
from tests.kit.databases import empty_at
from tests.kit.filled import Filled, fill
from tests.kit.reading import overhangs

FOLDER = Path("gallery")
SHAPES = {"phone": PHONE, "desk": DESK}
LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
LOOKS: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SETTLED_MS = 250


@dataclass
class Gallery:
    """The pictures so far, and what was seen to be wrong while they were taken."""

    served: Served
    filled: Filled
    shown: dict[str, list[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def walks(self, starts: list[str]) -> Iterator[tuple[str, list[str]]]:
        """Give the addresses of all pages that are meant, by who walks them."""
        for walker, paths in pages(self.served.house.app).items():
            named = [path.format(**self.filled.ids) for path in paths]
            meant = [path for path in named if not starts or path.startswith(tuple(starts))]
            if meant:
                yield walker, meant

    def enter(self, page: Page, walker: str, language: str) -> None:
        """Be who walks to these pages, and read in a language."""
        house = self.served.house
        page.context.set_extra_http_headers({})
        page.context.clear_cookies()
        if walker in DEVICES:
            page.context.set_extra_http_headers(headers_of(house, walker))
        elif walker != "stranger":
            cookie = {"name": "haidang", "value": house.tokens["alice"], "url": self.served.url}
            page.context.add_cookies([cookie])  # type: ignore[list-item] # as its documents say
            _read_in(page, self.served.url, language)

    def photograph(self, page: Page, path: str, kind: str) -> None:
        """Photograph a page, whole and with all that is folded, in the light and in the dark."""
        page.goto(self.served.url + path)
        page.evaluate(UNFOLD)
        name = re.sub(r"[^\w-]+", "-", self._short(path)).strip("-") or "today"
        for look in LOOKS:
            page.emulate_media(color_scheme=look)
            page.wait_for_timeout(SETTLED_MS)
            picture = f"{name}-{kind}-{look}.png"
            page.screenshot(path=FOLDER / picture, full_page=True)
            self.shown.setdefault(path, []).append(picture)
        if overhangs(page):
            self.wrong.append(f"{path}: wider than the screen ({kind})")

    def _short(self, path: str) -> str:
        """Say whose page it is instead of an id, which is another one each time."""
        for name, value in self.filled.ids.items():
            path = path.replace(str(value), name)
        return path

    def write(self) -> None:
        """Write the page that shows them all."""
        rows = "".join(
            f"<h2>{escape(self._short(path))}</h2><p>"
            + "".join(f'<a href="{each}"><img src="{each}" loading="lazy"></a>' for each in kinds)
            + "</p>"
            for path, kinds in self.shown.items()
        )
        style = "img{width:12%;margin:2px;vertical-align:top;border:1px solid #999}"
        page = f"<!doctype html><meta charset=utf-8><title>Gallery</title><style>{style}</style>"
        (FOLDER / "index.html").write_text(page + rows, encoding="utf-8")


def _read_in(page: Page, address: str, language: str) -> None:
    page.goto(address)
    if page.locator("html").get_attribute("lang") != language:
        page.locator("header button", has_text=language.upper()).click()
        page.wait_for_load_state()


def look(gallery: Gallery, launch: Launch, starts: list[str]) -> None:
    """Photograph in every combination of size and language."""
    walks = list(gallery.walks(starts))
    total = len(SHAPES) * len(LANGUAGES) * sum(len(paths) for _, paths in walks)
    with Progress() as progress:
        task = progress.add_task("Photographing", total=total)
        for shape, language in product(SHAPES, LANGUAGES):
            about = {"viewport": SHAPES[shape], "locale": LANGUAGES[language]}
            page = launch(f"{shape}-{language}", alike=True, **about)
            for walker, paths in walks:
                gallery.enter(page, walker, language)
                for path in paths:
                    gallery.photograph(page, path, f"{shape}-{language}")
                    progress.advance(task)
            page.context.close()


def main() -> None:
    """Photograph the pages that are meant, by default all of them."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        (home / "panel").mkdir()
        with (
            serve(home / "panel", load(), empty_at(home / "empty.db")) as served,
            chromium(home / "browser") as launch,
        ):
            gallery = Gallery(served, served.do(fill(served.house, home), seconds=120))
            look(gallery, launch, sys.argv[1:])
    gallery.write()
    for each in gallery.wrong:
        Console().print(each)
    Console().print(f"{len(list(FOLDER.glob('*.png')))} pictures: open {FOLDER}/index.html")


if __name__ == "__main__":
    main()
