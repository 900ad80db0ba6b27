"""Real lists are read as another reader counted them."""

import json
import tarfile
from functools import cache

import pytest

from feeds.parse import Parsed, parse
from rules.hosts import parents
from tests.feeds.shelf import real_lists

HOSTS = [
    ("sinfonietta-hosts", "sinfonietta/gambling-hosts"),
    ("sinfonietta-hosts", "sinfonietta/social-hosts"),
    ("sinfonietta-hosts", "sinfonietta/snuff-hosts"),
    ("sinfonietta-hosts", "sinfonietta/pornography-hosts"),
    ("blocklistproject", "blp/piracy.txt"),
    ("blocklistproject", "blp/drugs.txt"),
]
PLAIN = [
    ("hostsVN-20260101", "hostsVN/extensions/gambling/domain.txt"),
    ("ut1-20250817", "ut1/bank/domains"),
    ("ut1-20250817", "ut1/dating/domains"),
    ("blocklistproject", "blp/alt-version/piracy-nl.txt"),
]


def read(archive: str, member: str) -> tuple[Parsed, int]:
    """Read a real list, and return it with the number that was counted elsewhere."""
    counted = json.loads((real_lists() / "expected-counts.json").read_text())
    return parse(text_of(archive, member)), counted[member]["unique_domains"]


@cache
def text_of(archive: str, member: str) -> str:
    """Return a real list as it came."""
    with tarfile.open(real_lists() / f"{archive}.tar.xz") as packed:
        file = packed.extractfile(member)
        assert file is not None
        return file.read().decode("utf-8", errors="replace")


@pytest.mark.parametrize(("archive", "member"), HOSTS)
def test_a_real_hosts_file_is_read_whole(archive: str, member: str) -> None:
    found, counted = read(archive, member)
    assert not found.below
    # The other reader counts addresses and suffixes as sites too, and knows no other spellings.
    assert abs(found.sites + found.mistaken - counted) <= max(10, counted * 0.001)
    assert found.mistaken <= max(5, counted * 0.005)


@pytest.mark.parametrize(("archive", "member"), PLAIN)
def test_a_real_plain_list_is_read_whole(archive: str, member: str) -> None:
    found, counted = read(archive, member)
    assert not found.alone
    assert abs(found.sites + found.mistaken - counted) <= max(10, counted * 0.001)
    assert found.mistaken <= max(5, counted * 0.005)


FORMS = [
    ("blocklistproject", "blp/adguard/piracy-ags.txt", "adblock"),
    ("blocklistproject", "blp/adguard/drugs-ags.txt", "adblock"),
    ("blocklistproject", "blp/dnsmasq-version/drugs-dnsmasq.txt", "dnsmasq"),
    ("hagezi-2022", "hagezi-2022/3p/adaway.adblock.txt", "adblock"),
    ("hagezi-2022", "hagezi-2022/3p/adaway.dnsmasq.txt", "dnsmasq"),
    ("hagezi-2022", "hagezi-2022/3p/adaway.wildcard.txt", "wildcard"),
    ("hostsVN-20260101", "hostsVN/option/dnsmasq-hostsVN.conf", "dnsmasq"),
    ("hostsVN-20260101", "hostsVN/extensions/adult/filter.txt", "adblock"),
]


@pytest.mark.parametrize(("archive", "member", "form"), FORMS)
def test_a_real_list_in_another_form_is_read_whole(archive: str, member: str, form: str) -> None:
    found, counted = read(archive, member)
    assert found.form == form
    assert not found.alone
    assert abs(found.sites + found.mistaken - counted) <= max(10, counted * 0.001)
    assert found.mistaken <= max(5, counted * 0.005)


def test_the_wildcard_form_holds_fewer_names_than_the_hosts_form_and_covers_them_all() -> None:
    hosts, _ = read("hagezi-2022", "hagezi-2022/3p/adaway.hosts.txt")
    wide, _ = read("hagezi-2022", "hagezi-2022/3p/adaway.wildcard.txt")
    assert len(wide.below) < len(hosts.alone)
    assert not hosts.below
    covered = [host for host in hosts.alone if not wide.below.isdisjoint(parents(host))]
    assert len(covered) >= 0.99 * len(hosts.alone)


def test_the_forms_of_one_list_name_the_same_sites() -> None:
    adblock, _ = read("hagezi-2022", "hagezi-2022/3p/adaway.adblock.txt")
    dnsmasq, _ = read("hagezi-2022", "hagezi-2022/3p/adaway.dnsmasq.txt")
    wildcard, _ = read("hagezi-2022", "hagezi-2022/3p/adaway.wildcard.txt")
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
