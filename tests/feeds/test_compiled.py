"""The file of the imported lists: made when they change, checked, swapped while it is read."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds import compiled
from feeds.catalogue import Catalogue, load
from feeds.compiled import compile_lists, open_lists
from feeds.index import Listed
from feeds.kept import USUAL_WEIGHT
from feeds.lists import add_list, remove
from feeds.newest import Newest
from feeds.packed import DamagedError, Packed, Source, Vote
from feeds.packing import Packer
from feeds.starter import Starter

ADS = Source("ads", "Ads", "ads")
GAMES = Source("games", "Games", "games")
HOSTS = st.from_regex(r"([a-z0-9_-]{1,9}\.){1,5}[a-z]{2,4}", fullmatch=True)


def packed(path: Path, below: list[str], alone: list[str]) -> Packed:
    """Write two lists into a file and open it."""
    packer = Packer(len(below) + len(alone))
    packer.add(below, 0, alone=False)
    packer.add(alone, 1, alone=True)
    packer.write(path, [ADS, GAMES])
    return Packed(path)


def test_a_name_is_found_for_itself_and_from_every_name_below_it(tmp_path: Path) -> None:
    index = packed(tmp_path / "x", ["a.com"], ["b.a.com"])
    assert index.walk("c.b.a.com") == [
        ("b.a.com", Listed(votes_alone=(("games", USUAL_WEIGHT),))),
        ("a.com", Listed(votes=(("ads", USUAL_WEIGHT),))),
    ]
    assert [name for name, _ in index.walk("a.com")] == ["a.com"]
    for other in ("com", "xa.com", "a.com.vn", "", ".", "..", ".a.com.", "a" * 400 + ".a.com"):
        assert index.walk(other) == [], other


def test_it_is_told_which_list_names_a_host_and_how(tmp_path: Path) -> None:
    index = packed(tmp_path / "x", ["a.com"], ["a.com"])
    assert index.votes("www.a.com") == [
        ("a.com", (Vote(ADS, alone=False), Vote(GAMES, alone=True)))
    ]
    assert len(index) == 1


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(below=st.lists(HOSTS, max_size=60), alone=st.lists(HOSTS, max_size=60), other=HOSTS)
def test_it_says_what_a_dictionary_would_say(
    tmp_path_factory: pytest.TempPathFactory, below: list[str], alone: list[str], other: str
) -> None:
    index = packed(tmp_path_factory.mktemp("x") / "x", below, alone)
    assert len(index) == len({*below, *alone})
    for host in (*below, *alone, other, f"www.{other}"):
        labels = host.split(".")
        names = [".".join(labels[at:]) for at in range(len(labels) - 1)]
        listed = [name for name in names if name in {*below, *alone}]
        assert [name for name, _ in index.walk(host)] == listed
        for name, said in index.walk(host):
            assert said.votes == ((("ads", USUAL_WEIGHT),) if name in below else ())
            assert said.votes_alone == ((("games", USUAL_WEIGHT),) if name in alone else ())


@given(st.text(max_size=300))
def test_no_host_makes_a_look_up_fail(text: str) -> None:
    assert isinstance(SMALL.walk(text), list)


@pytest.fixture(scope="module", autouse=True)
def small(tmp_path_factory: pytest.TempPathFactory) -> None:
    global SMALL  # noqa: PLW0603 Hypothesis wants no fixture of a function
    SMALL = packed(tmp_path_factory.mktemp("small") / "x", ["a.com"], [])


SMALL: Packed


@pytest.mark.parametrize("place", [0, 9, 13, 20, 60, -1])
def test_one_changed_byte_is_noticed_wherever_it_is(tmp_path: Path, place: int) -> None:
    path = tmp_path / "x"
    packed(path, ["a.com"], ["b.com"])
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedError):
        Packed(path)


@pytest.mark.parametrize("length", [0, 5, 23, 24, 100, -1])
def test_a_file_that_was_cut_off_is_noticed(tmp_path: Path, length: int) -> None:
    path = tmp_path / "x"
    packed(path, ["a.com"], ["b.com"])
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(DamagedError):
        Packed(path)


def files(folder: Path) -> list[Path]:
    return sorted((folder / compiled.FOLDER).glob("*.lists"), key=lambda p: p.stat().st_mtime_ns)


async def test_a_damaged_file_is_made_again_from_the_lists(tmp_path: Path) -> None:
    await add_list(tmp_path, name="Mine", category="games", source=b"a.example\n")
    load(tmp_path)
    (path,) = files(tmp_path)
    path.unlink()
    path.write_bytes(b"HDINDEX1 and then nothing that fits")
    assert load(tmp_path).look_up("a.example").categories == ("games",)
    Packed(path)


async def test_when_nothing_new_can_be_made_the_last_good_file_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_list(tmp_path, name="Mine", category="games", source=b"a.example\n")
    load(tmp_path)
    await add_list(tmp_path, name="More", category="adult", source=b"b.example\n")

    def full(*_: object) -> None:
        raise OSError("no space left on the device")

    monkeypatch.setattr(Packer, "write", full)
    catalogue = load(tmp_path)
    assert catalogue.look_up("a.example").categories == ("games",)
    assert "last good" in catalogue.warnings[0].message


@pytest.fixture
def collected_later() -> Iterator[None]:
    """Collect nothing meanwhile, like a door, which spares the collector its catalogue."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("collected_later")
async def test_who_reads_the_old_file_goes_on_until_it_lets_go(tmp_path: Path) -> None:
    newest = Newest(tmp_path)
    await add_list(tmp_path, name="Mine", category="games", source=b"a.example\n")
    reader = newest()
    (first,) = files(tmp_path)
    for name in ("More", "Most"):
        await add_list(tmp_path, name=name, category="ads", source=f"{name}.example".encode())
        newest()
    assert not first.exists()
    assert len(files(tmp_path)) == compiled.KEPT
    assert is_mapped(first)
    assert reader.look_up("a.example").categories == ("games",)
    assert reader.votes("a.example")
    assert reader.site_of("www.a.example") == "a.example"
    del reader
    assert not is_mapped(first)
    assert newest().look_up("most.example").categories == ("ads",)


def is_mapped(path: Path) -> bool:
    """Tell whether this process still holds a file."""
    return str(path) in Path(f"/proc/{os.getpid()}/maps").read_text()


async def test_nothing_is_compiled_twice_and_nothing_without_lists(tmp_path: Path) -> None:
    assert compile_lists(tmp_path) is None
    kept = await add_list(tmp_path, name="Mine", category="games", source=b"a.example\n")
    load(tmp_path)
    (path,) = files(tmp_path)
    made = path.stat().st_mtime_ns
    load(tmp_path)
    assert path.stat().st_mtime_ns == made
    remove(tmp_path, kept.id)
    assert open_lists(tmp_path, Starter().categories).packed is None


async def test_many_sites_are_compiled_by_a_process_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_list(tmp_path, name="Mine", category="games", source=b"a.example\nb.example")
    monkeypatch.setattr(compiled, "TOO_MANY", 1)

    def here(*_: object) -> None:
        pytest.fail("compiled in this process")

    monkeypatch.setattr(Packer, "write", here)
    assert load(tmp_path).look_up("b.example").categories == ("games",)


async def test_the_lists_and_ours_are_asked_as_one(tmp_path: Path) -> None:
    await add_list(tmp_path, name="Mine", category="games", source=b"www.youtube.com\n")
    catalogue: Catalogue = load(tmp_path)
    assert set(catalogue.look_up("www.youtube.com").categories) == {"games", "video"}
    assert catalogue.look_up("m.youtube.com").categories == ("video",)
