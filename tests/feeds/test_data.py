"""Our own data files are sound."""

import os
import re
import tarfile
from collections import Counter
from pathlib import Path

import pytest
from publicsuffixlist import PublicSuffixList

from feeds.starter import DATA, Starter, read_names
from rules.hosts import normalise, parents
from tests.feeds.shelf import ROOT, real_lists

STARTER = Starter()
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
PROMISED = set(
    """
    adult gambling violence drugs weapons hate selfharm dating piracy malware phishing proxy ads
    tracking games social chat video music forum ai shopping news learning search mail cloud sport
    finance health government kids anime blog downloads remote system
""".split()  # noqa: SIM905 - a plain paragraph is easier to compare
)


def listed_hosts() -> list[tuple[str, str]]:
    """Return every host in our files with the place it stands in."""
    found = [(host, f"service {s.id}") for s in STARTER.services.values() for host in s.hosts]
    for category, names in STARTER.hosts():
        found += [(host, f"{category}.txt") for host in (*names.below, *names.alone)]
    for file in ("never_open.txt", "never_block.txt"):
        found += [(host, file) for host in STARTER.names(file).below]
    return found + [(host, "safe_hosts.toml") for host in STARTER.safe]


def test_the_promised_categories_are_there_and_no_others() -> None:
    assert set(STARTER.categories) == PROMISED


def test_every_category_is_named_and_described_in_both_languages() -> None:
    for category in STARTER.categories.values():
        assert set(category.names) == set(category.descriptions) == {"vi", "en"}
        assert all(category.names.values()), category.id
        assert all(text.endswith(".") for text in category.descriptions.values()), category.id
        assert category.names["vi"] != category.names["en"], category.id


def test_every_category_has_examples_in_one_language_at_a_time() -> None:
    for category in STARTER.categories.values():
        assert set(category.examples) == {"vi", "en"}
        for examples in category.examples.values():
            assert 2 <= len(examples) <= 4, category.id
            assert not any(" / " in example for example in examples), category.id
    assert STARTER.categories["malware"].examples["en"][0] == "Fake .apk files"
    assert STARTER.categories["malware"].examples["vi"][0] == "Tệp .apk giả"


def test_every_category_stands_in_a_group_that_is_named_in_both_languages() -> None:
    assert list(STARTER.groups) == ["danger", "play", "social", "watch", "learn", "life", "around"]
    assert {c.group for c in STARTER.categories.values()} == set(STARTER.groups)
    assert all(set(group.names) == {"vi", "en"} for group in STARTER.groups.values())


def test_dangers_come_first_so_that_they_are_named_first() -> None:
    groups = [category.group for category in STARTER.categories.values()]
    assert groups == sorted(groups, key=list(STARTER.groups).index)


def test_there_are_enough_services_in_enough_groups() -> None:
    assert len(STARTER.services) >= 120
    assert len({service.group for service in STARTER.services.values()}) >= 15


def test_every_service_is_whole() -> None:
    for service in STARTER.services.values():
        assert service.category in STARTER.categories, service.id
        assert service.hosts or service.part_of in STARTER.services, service.id
        assert service.name, service.id
        assert service.note, f"{service.id} names no source"


def test_every_id_is_a_slug() -> None:
    ids = [*STARTER.categories, *STARTER.services, *STARTER.groups]
    assert [name for name in ids if not SLUG.fullmatch(name)] == []


def test_every_host_is_written_in_its_one_form() -> None:
    assert [(host, place) for host, place in listed_hosts() if normalise(host) != host] == []


def test_no_host_belongs_to_two_services() -> None:
    counts = Counter(host for s in STARTER.services.values() for host in s.hosts)
    assert [host for host, number in counts.items() if number > 1] == []


def test_no_service_repeats_what_one_of_its_hosts_covers_already() -> None:
    for service in STARTER.services.values():
        for host in service.hosts:
            above = set(list(parents(host))[1:])
            assert not above & set(service.hosts), f"{service.id}: {host}"


def test_a_public_suffix_is_listed_only_on_purpose() -> None:
    suffixes = PublicSuffixList(only_icann=True)
    on_purpose = {
        line.partition("#")[0].strip().removeprefix("*.")
        for path in [*DATA.glob("*.txt"), *DATA.glob("hosts/*.txt")]
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("*.")
    }
    by_mistake = {h for h, _ in listed_hosts() if suffixes.is_public(h)} - on_purpose
    assert by_mistake == set()
    assert "gov.vn" in on_purpose


def test_every_file_of_hosts_belongs_to_a_category_and_names_its_sources() -> None:
    for path in DATA.glob("hosts/*.txt"):
        assert path.stem in STARTER.categories
        assert path.read_text("utf-8").startswith("#"), f"{path.name} names no source"


def test_no_file_lists_a_host_twice() -> None:
    for category, names in STARTER.hosts():
        counts = Counter((*names.below, *names.alone))
        assert [host for host, number in counts.items() if number > 1] == [], category


@pytest.mark.parametrize(
    ("category", "least"),
    [("adult", 60), ("gambling", 60), ("proxy", 60), ("finance", 100), ("news", 50)],
)
def test_the_gravest_lists_are_not_short(category: str, least: int) -> None:
    assert len(dict(STARTER.hosts())[category].below) >= least


def test_the_state_is_listed_as_a_whole() -> None:
    assert "gov.vn" in dict(STARTER.hosts())["government"].below


@pytest.mark.parametrize("line", ["Example.com", "example.com.", "exa mple.com", "https://a.com"])
def test_a_host_in_another_form_stops_the_start_and_names_the_line(
    tmp_path: Path, line: str
) -> None:
    file = tmp_path / "games.txt"
    file.write_text(f"# source\n{line}\n")
    with pytest.raises(ValueError):
        read_names(file)


def test_names_may_stand_for_a_host_alone_or_a_category(tmp_path: Path) -> None:
    file = tmp_path / "some.txt"
    file.write_text("# source\na.com # why\n=b.com\n*.gov.vn\n@finance\n")
    names = read_names(file)
    assert (names.below, names.alone) == (("a.com", "gov.vn"), ("b.com",))
    assert names.categories == ("finance",)


def test_a_service_that_is_there_twice_stops_the_start(tmp_path: Path) -> None:
    entry = '[[service]]\nid="a"\nname="A"\ncategory="games"\nicon="x"\nhosts=["a.com"]\n'
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "one.toml").write_text(entry)
    (tmp_path / "services" / "two.toml").write_text(entry)
    with pytest.raises(ValueError, match="another service a"):
        _ = Starter(tmp_path).services


def test_the_fingerprint_moves_with_the_data(tmp_path: Path) -> None:
    (tmp_path / "never_open.txt").write_text("a.com\n")
    before = Starter(tmp_path).fingerprint()
    assert Starter(tmp_path).fingerprint() == before
    (tmp_path / "never_open.txt").write_text("b.com\n")
    assert Starter(tmp_path).fingerprint() != before


def test_every_icon_exists_in_the_icon_set() -> None:
    known = icon_names()
    used = {c.icon for c in STARTER.categories.values()} | {
        s.icon for s in STARTER.services.values()
    }
    assert sorted(used - known) == []


def icon_names() -> set[str]:
    """Return the names in the installed icon set, or skip the test."""
    given = os.environ.get("HAIDANG_TABLER_ICONS")
    places = [
        *([Path(given)] if given else []),
        ROOT / "api" / "static" / "vendor",
        ROOT / "node_modules" / "@tabler",
    ]
    for place in places:
        for sheet in sorted(place.rglob("tabler-icons*.css")):
            names = set(re.findall(r"\.ti-([a-z0-9-]+):?:before", sheet.read_text("utf-8")))
            if names:
                return names
        names = {path.stem for path in place.rglob("outline/*.svg")}
        if names:
            return names
    pytest.skip("no Tabler icons here: run `make setup`, or set HAIDANG_TABLER_ICONS")


def test_google_is_made_safe_in_every_country_it_searches_in() -> None:
    """Compared with another program's rules, which we may read but not ship."""
    archive = real_lists() / "adguardhome-services-safesearch.tar.xz"
    if not archive.exists():
        pytest.skip(f"{archive} is not there")
    with tarfile.open(archive) as packed:
        member = packed.extractfile("adguardhome/safesearch/rules/google.txt")
        assert member is not None
        theirs = set(re.findall(r"www\.google\.[a-z.]+", member.read().decode()))
    ours = {host for host, to in STARTER.safe.items() if "google" in to.get("search", "")}
    assert len(theirs - ours) <= 4, sorted(theirs - ours)
