"""Backups are whole and private; lists are imported by file."""

import sqlite3
import tarfile

import pytest

from cli.lists import bring_in, show
from cli.settings import Settings
from cli.upkeep import back_up
from feeds.catalogue import load
from proxy.ca import ensure_ca
from reports.vapid import ensure_key as ensure_push_key


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(data=tmp_path)


def test_a_backup_holds_database_certificates_and_lists_and_nobody_else_reads_it(
    settings, tmp_path
) -> None:
    ensure_ca(settings.data / "ca")
    ensure_push_key(settings.data)
    assert back_up(settings, tmp_path / "copies") is None
    (file,) = (tmp_path / "copies").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    with tarfile.open(file) as archive:
        archive.extractall(tmp_path / "back", filter="data")
    with sqlite3.connect(tmp_path / "back" / "haidang.db") as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert (tmp_path / "back" / "ca" / "haidang-ca.crt").exists()
    assert (tmp_path / "back" / "push.key").read_bytes() == (tmp_path / "push.key").read_bytes()


def test_a_backup_leaves_out_what_is_made_again_and_what_is_restored_serves(
    settings, tmp_path
) -> None:
    file = tmp_path / "list.txt"
    file.write_text("first.example.org\n")
    assert bring_in(settings, str(file), category="games", name="Mine") is None
    load(settings.data / "lists")
    (settings.data / "lists" / "coming-x").mkdir()
    assert (settings.data / "lists" / "compiled").is_dir()
    assert back_up(settings, tmp_path / "copies") is None
    (copy,) = (tmp_path / "copies").iterdir()
    with tarfile.open(copy) as archive:
        inside = archive.getnames()
        archive.extractall(tmp_path / "back", filter="data")
    assert not [name for name in inside if "compiled" in name or "coming" in name]
    assert "lists/mine.json" in inside
    found = load(tmp_path / "back" / "lists")
    assert found.look_up("first.example.org").categories == ("games",)


def test_an_imported_list_is_in_the_catalogue_and_in_the_ledger(settings, tmp_path, capsys) -> None:
    file = tmp_path / "list.txt"
    file.write_text("0.0.0.0 first.example.org\nsecond.example.org\n???\n")
    assert bring_in(settings, str(file), category="games", name="Mine") is None
    assert "2" in capsys.readouterr().out
    assert load(settings.data / "lists").look_up("www.second.example.org").categories == ("games",)
    file.write_text("third.example.org\n")
    assert bring_in(settings, str(file), category="games", name="Mine") is None
    catalogue = load(settings.data / "lists")
    assert catalogue.look_up("third.example.org").categories == ("games",)
    assert catalogue.look_up("second.example.org").categories == ()
    show(settings)
    assert capsys.readouterr().out.count("Mine") >= 1


@pytest.mark.parametrize(
    ("category", "file", "says"),
    [("gamez", "x", "There is no category"), ("games", "x", "{file} cannot")],
)
def test_what_cannot_be_imported_is_said(settings, category, file, says) -> None:
    trouble = bring_in(settings, str(settings.data / file), category=category, name="Mine")
    assert trouble
    assert trouble.message.startswith(says)
