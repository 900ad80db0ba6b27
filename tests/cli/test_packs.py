"""Packs on the command line, and the schema that is published."""

import json
from pathlib import Path

import pytest

from cli import packs
from cli.places import CannotStart
from cli.settings import Settings
from rules.policy import Choice
from store import policies
from store.database import Database
from tests.cli.home import command, move_in

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    settings = Settings(data=tmp_path / "data")
    return settings, await move_in(settings)


async def test_rules_go_out_as_a_pack_and_come_in_for_a_group(home, tmp_path, capsys) -> None:
    settings, child = home
    file = tmp_path / "pack.json"
    command(packs.export, settings, "bong", file, "Grade 5")
    assert json.loads(file.read_text())["pack"]["name"] == "Grade 5"
    capsys.readouterr()
    command(packs.bring_in, settings, "Nhà", file)
    assert capsys.readouterr().out == "“Grade 5” is now version 1 of the rules of Nhà.\n"
    db = await Database.open(settings.db_url)
    async with db.read() as connection:
        version = await policies.current(connection, child.group_id)
    await db.close()
    assert version.policy.categories == {"games": Choice.BLOCK}


async def test_a_changed_pack_and_an_unknown_owner_are_refused_with_the_reason(home, tmp_path):
    settings, _ = home
    file = tmp_path / "pack.json"
    command(packs.export, settings, "bong", file, "")
    file.write_text(file.read_text().replace("block", "allow"))
    with pytest.raises(CannotStart, match="changed or damaged"):
        command(packs.bring_in, settings, "bong", file)
    with pytest.raises(CannotStart, match="no child or group"):
        command(packs.bring_in, settings, "nobody", file)
    with pytest.raises(CannotStart, match="cannot be read"):
        command(packs.bring_in, settings, "bong", tmp_path / "none.json")


async def test_keys_are_shown_trusted_and_trusted_no_more(home, capsys) -> None:
    settings, _ = home
    key = "ab" * 32
    command(packs.trust, settings, key.upper(), "Ward 3")
    command(packs.show_keys, settings)
    text = capsys.readouterr().out
    assert key in text
    assert "Ward 3" in text
    command(packs.distrust, settings, key)
    for work in (lambda: packs.distrust(settings, key), lambda: packs.trust(settings, "x", "y")):
        with pytest.raises(CannotStart, match="no key of packs"):
            command(work)


def test_the_published_schema_is_fresh() -> None:
    written = (ROOT / "docs" / "pack.schema.json").read_text(encoding="utf-8")
    assert written == packs.schema_text(), "haidang pack schema > docs/pack.schema.json"
