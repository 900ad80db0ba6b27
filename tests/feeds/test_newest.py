"""The newest catalogue is made again when a list was imported, and only then."""

from pathlib import Path

from feeds import lists
from feeds.newest import Newest


async def test_the_same_catalogue_is_handed_out_while_no_list_changes(tmp_path: Path) -> None:
    newest = Newest(tmp_path / "lists")

    assert newest() is newest()


async def test_an_imported_list_stands_in_the_next_catalogue(tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    newest = Newest(folder)
    before = newest()
    assert not before.look_up("spiel.example").categories

    await lists.add_list(folder, name="Mine", category="games", source=b"spiel.example\n")

    assert newest().look_up("spiel.example").categories == ("games",)
    assert newest() is newest()


async def test_a_list_taken_away_is_gone_from_the_next_catalogue(tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    newest = Newest(folder)
    added = await lists.add_list(folder, name="Mine", category="games", source=b"spiel.example\n")
    assert newest().look_up("spiel.example").categories

    lists.remove(folder, added.id)

    assert not newest().look_up("spiel.example").categories
