"""Every icon that a page, a choice or the catalogue names is really there."""

import re

import pytest

from api import choices
from api.pages.notices import ICONS as CHANNELS
from api.static_files import FOLDER, ICONS, asset, icon
from api.ways_in import WAYS
from api.ways_out import WAYS as WAYS_OUT

NAMED = re.compile(r'icon\("([\w-]+)"')
CHOSEN = re.compile(r'icon\("([\w-]+)" if [^)]*? else "([\w-]+)"')


@pytest.fixture(autouse=True)
def _needs_assets() -> None:
    if not ICONS.is_dir():
        pytest.skip("the front-end packages are not there: run `make assets`")


def names() -> set[str]:
    found = {drawing for table in (choices.KINDS, choices.SYSTEMS) for _, drawing in table.values()}
    found.update(way.icon for way in (*WAYS.values(), *WAYS_OUT.values()))
    found.update(CHANNELS.values())
    for template in (FOLDER.parent / "templates").rglob("*.html"):
        text = template.read_text()
        found.update(NAMED.findall(text))
        for pair in CHOSEN.findall(text):
            found.update(pair)
    return found


def lost(wanted: set[str]) -> list[str]:
    return sorted(name for name in wanted if not (ICONS / "outline" / f"{name}.svg").is_file())


def test_every_icon_a_page_names_is_there():
    wanted = names()
    assert len(wanted) > 40
    assert [
        name for name in sorted(wanted) if not (ICONS / "outline" / f"{name}.svg").is_file()
    ] == []


def test_every_icon_of_the_catalogue_is_there(catalogue):
    wanted = {each.icon for each in (*catalogue.categories.values(), *catalogue.services.values())}
    assert [
        name for name in sorted(wanted) if not (ICONS / "outline" / f"{name}.svg").is_file()
    ] == []


def test_a_name_from_outside_reads_no_file_but_icons():
    for name in ("../../vendor/htmx", "player-pause.svg", "", "nothing-like-it"):
        assert "path" not in icon(name)
    assert "path" in icon("player-pause")


def test_every_file_a_page_loads_is_named_by_its_content():
    for name in ("haidang.css", "haidang.js", "look.js", "vendor/htmx.min.js", "icons/haidang.svg"):
        assert re.search(r"\?v=[0-9a-f]{12}$", asset(name)), name
