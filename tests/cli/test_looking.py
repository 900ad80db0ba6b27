"""`haidang feeds look-up` tells what is known of a site and who says so."""

from pathlib import Path

import pytest

from cli.looking import look_up
from cli.places import lists_folder
from cli.settings import Settings
from feeds.lists import add_list


async def test_it_tells_what_is_known_who_says_so_and_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")
    settings = Settings(data=tmp_path)
    await add_list(lists_folder(settings), name="Mine", category="games", source=b"zalo.me\n")
    assert look_up(settings, "Chat.Zalo.me") is None
    said = capsys.readouterr().out
    assert "chat.zalo.me is known as: Games, Messages and calls." in said
    assert "Mine:1 zalo.me" in said
    assert "services/zalo_and_chat.toml:" in said
    assert look_up(settings, "hx88.com") is None
    assert "one weak sign of: Gambling and betting" in capsys.readouterr().out
    assert look_up(settings, "tongdai111.vn") is None
    assert "never blocked" in capsys.readouterr().out
    assert look_up(settings, "nobody.example") is None
    assert "nobody.example is not known." in capsys.readouterr().out


def test_what_is_no_site_gets_one_sentence(tmp_path: Path) -> None:
    wrong = look_up(Settings(data=tmp_path), "not a site")
    assert wrong is not None
    assert "not a site" in str(wrong.values["host"])
