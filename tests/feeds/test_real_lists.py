"""Real lists have as many sites as another reader counted them, or the test says why not."""

import io
import os
import tarfile
from functools import cache
from pathlib import Path

import pytest

from feeds.parse import parse
from feeds.reading import read as read_whole
from rules.hosts import parents
from tests.feeds.counts import ARCHIVES, counted, members
from tests.feeds.shelf import real_lists

OTHERWISE = {
    # A public suffix, which no list may name (the other reader counts it).
    "blp/config/exclusions/porn.txt": -1,  # bologna.it
    "ut1/gambling/domains": -1,  # bet.br
    "ut1/games/domains": -1,  # game.tw
    "ut1/liste_blanche/domains": -1,  # gouv.fr
    "ut1/liste_bu/domains": -18,  # ac.uk, gov.au, press.ma and fifteen more
    "ut1/shortener/domains": -1,  # x.se
    # A form that the other reader does not know.
    "hostsVN-20250101/source/config-hostname.txt": 1,
    "hostsVN/source/config-hostname.txt": 1,
    "hostsVN/filters/adservers-all.txt": 9844,
    "hostsVN/filters/adservers.txt": 883,
}
"""Where our number differs from the other reader's, and by how many."""

SPELLING = 1
"""In hostsVN a name with a port or an odd label counts once more here than there."""

MOST_BYTES = 250_000
"""Larger members repeat the same forms and would take minutes; HAIDANG_TEST_ALL reads them too."""


@pytest.mark.parametrize("archive", ARCHIVES)
def test_every_real_list_in_every_form_has_as_many_sites_as_another_reader_counted(
    archive: str,
) -> None:
    wrong, read_in_all = [], 0
    for name, body in members(archive):
        if len(body) > MOST_BYTES and not os.environ.get("HAIDANG_TEST_ALL"):
            continue
        found, expected = parse(body), counted()[name] + OTHERWISE.get(name, 0)
        spelling = SPELLING if archive.startswith("hostsVN") else 0
        read_in_all += 1
        if not 0 <= found.sites - expected <= spelling:
            wrong.append(f"{name}: {found.sites} sites, counted {expected}")
    assert not wrong
    assert read_in_all > 2


@cache
def text_of(archive: str, member: str) -> str:
    """Return a real list as it came."""
    with tarfile.open(real_lists() / f"{archive}.tar.xz") as packed:
        file = packed.extractfile(member)
        assert file is not None
        return file.read().decode("utf-8", errors="replace")


FORMS = [
    ("blocklistproject", "blp/adguard/drugs-ags.txt", "adblock"),
    ("blocklistproject", "blp/dnsmasq-version/drugs-dnsmasq.txt", "dnsmasq"),
    ("blocklistproject", "blp/alt-version/drugs-nl.txt", "plain"),
    ("blocklistproject", "blp/drugs.txt", "hosts"),
    ("hagezi-2022", "hagezi-2022/3p/adaway.adblock.txt", "adblock"),
    ("hagezi-2022", "hagezi-2022/3p/adaway.dnsmasq.txt", "dnsmasq"),
    ("hagezi-2022", "hagezi-2022/3p/adaway.wildcard.txt", "wildcard"),
    ("hagezi-2022", "hagezi-2022/3p/adaway.unbound.conf", "unbound"),
    ("hostsVN-20260101", "hostsVN/option/dnsmasq-hostsVN.conf", "dnsmasq"),
    ("hostsVN-20260101", "hostsVN/extensions/adult/filter.txt", "adblock"),
]


@pytest.mark.parametrize(("archive", "member", "form"), FORMS)
def test_the_form_of_a_real_list_is_recognised_and_says_how_far_it_reaches(
    archive: str, member: str, form: str
) -> None:
    found = parse(text_of(archive, member))
    assert found.form == form
    assert not (found.below if form == "hosts" else found.alone)


def test_the_real_archive_of_ut1_is_read_whole_and_no_white_list_taken(tmp_path: Path) -> None:
    outcome = read_whole(repacked("ut1-20250817"), tmp_path, 256 << 20)
    folders = {folder.name: folder for folder in outcome.folders}
    parts = {part.category: part for part in outcome.parts}
    ut1 = {name.split("/")[1]: n for name, n in counted().items() if name.startswith("ut1/")}
    assert parts["gambling"].sites == ut1["gambling"] - 1  # bet.br is a suffix
    assert parts["games"].sites == ut1["games"] - 1  # game.tw is one too
    assert parts["dating"].sites == ut1["dating"]
    assert parts["malware"].folders == ("cryptojacking", "dialer", "stalkerware")
    assert folders["malware"].pages > 10_000
    white = {folder.name for folder in folders.values() if folder.white}
    assert {"liste_blanche", "child", "sexual_education", "update", "cleaning"} <= white
    for name in (*white, "bank", "mixed_adult", "phishing"):
        assert folders[name].category == "", name


def repacked(archive: str) -> bytes:
    """Pack a real archive as its publisher does."""
    made = io.BytesIO()
    with (
        tarfile.open(real_lists() / f"{archive}.tar.xz") as source,
        tarfile.open(fileobj=made, mode="w:gz", compresslevel=1) as target,
    ):
        for member in source:
            target.addfile(member, source.extractfile(member) if member.isreg() else None)
    return made.getvalue()


def test_the_wildcard_form_holds_fewer_names_than_the_hosts_form_and_covers_them_all() -> None:
    hosts = parse(text_of("hagezi-2022", "hagezi-2022/3p/adaway.hosts.txt"))
    wide = parse(text_of("hagezi-2022", "hagezi-2022/3p/adaway.wildcard.txt"))
    assert len(wide.below) < len(hosts.alone)
    assert not hosts.below
    covered = [host for host in hosts.alone if not wide.below.isdisjoint(parents(host))]
    assert len(covered) >= 0.99 * len(hosts.alone)


def test_the_forms_of_one_list_name_the_same_sites() -> None:
    adblock = parse(text_of("hagezi-2022", "hagezi-2022/3p/adaway.adblock.txt"))
    dnsmasq = parse(text_of("hagezi-2022", "hagezi-2022/3p/adaway.dnsmasq.txt"))
    wildcard = parse(text_of("hagezi-2022", "hagezi-2022/3p/adaway.wildcard.txt"))
    unbound = text_of("hagezi-2022", "hagezi-2022/3p/adaway.unbound.conf")
    assert adblock.below == dnsmasq.below == wildcard.below == parse(unbound).below


def test_real_json_and_clash_lists_are_read() -> None:
    json_list = parse(text_of("hostsVN-20260101", "hostsVN/option/hostsVN-sing-box-rule.json"))
    clash = parse(text_of("hostsVN-20260101", "hostsVN/option/hostsVN-clash-rule.yaml"))
    assert (json_list.form, clash.form) == ("json", "clash")
    assert min(json_list.sites, clash.sites) > 1000
    assert json_list.below == clash.below
    # Names with * in the middle of them, the same in both.
    assert json_list.mistaken == clash.mistaken <= 0.01 * clash.sites


def test_each_list_of_services_is_read_but_for_what_is_no_site() -> None:
    found = parse(text_of("v2fly-domain-list", "v2fly/data/youtube"))
    assert {"youtube.com", "googlevideo.com", "ggpht.cn"} <= found.below
    # Its first rule is a whole top-level domain of the company, and no list may name one.
    assert [mistake.text for mistake in found.mistakes] == ["youtube"]
