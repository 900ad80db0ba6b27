"""`haidang feeds compile` makes the file of the imported lists and says what stands in it."""

from pathlib import Path

import pytest

from cli.compiling import compile_all
from cli.places import lists_folder
from cli.settings import Settings
from feeds.lists import add_list
from feeds.packed import Packed


async def test_compiling_makes_the_file_and_says_how_many_sites(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    settings = Settings(data=tmp_path)
    folder = lists_folder(settings)
    await add_list(folder, name="One", category="ads", source=b"a.example\nb.example\n")
    await add_list(folder, name="Two", category="games", source=b"b.example\nc.example\n")
    assert compile_all(settings) is None
    (path,) = (folder / "compiled").glob("*.lists")
    assert len(Packed(path)) == 3
    said = capsys.readouterr().out
    assert "3" in said
    assert "2" in said


def test_without_lists_there_is_nothing_to_compile(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compile_all(Settings(data=tmp_path)) is None
    assert capsys.readouterr().out
    assert not lists_folder(Settings(data=tmp_path)).exists()
