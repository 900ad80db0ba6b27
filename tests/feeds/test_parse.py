"""Lists from outside are read, and what is not understood is kept with its number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.parse import KEPT_MISTAKES, parse
from rules.hosts import normalise


@pytest.mark.parametrize(
    ("line", "below", "alone"),
    [
        ("example.com", {"example.com"}, set()),
        ("  Example.COM.  # why", {"example.com"}, set()),
        ("example.com:8443", {"example.com"}, set()),
        ("*.example.com", {"example.com"}, set()),
        (".example.com", {"example.com"}, set()),
        ("tiếngviệt.vn", {"tiếngviệt.vn"}, set()),
        ("blogspot.com", {"blogspot.com"}, set()),
        ("foo_bar.example.com", {"foo_bar.example.com"}, set()),
        ("0.0.0.0 example.com", set(), {"example.com"}),
        ("127.0.0.1\texample.com www.other.org", set(), {"example.com", "www.other.org"}),
        ("::1 example.com", set(), {"example.com"}),
        (":: example.com#comment", set(), {"example.com"}),
        ("127.0.0.1 localhost", set(), set()),
        ("255.255.255.255 broadcasthost", set(), set()),
        ("fe80::1%lo0 localhost", set(), set()),
        ("::1 ip6-localhost ip6-loopback", set(), set()),
        ("0.0.0.0 0.0.0.0", set(), set()),
        ("# a comment", set(), set()),
        ("! a comment", set(), set()),
        ("", set(), set()),
        ("\ufeffexample.com", {"example.com"}, set()),
    ],
)
def test_a_line_that_is_understood(line: str, below: set[str], alone: set[str]) -> None:
    found = parse(line)
    expected = {normalise(host) for host in below}
    assert (found.below, found.alone, found.mistaken) == (expected, alone, 0)


@pytest.mark.parametrize(
    "line",
    [
        "com", "com.vn", "gov.vn", "0.0.0.0 com", "intranet", "10.0.0.1", "0.0.0.0 10.0.0.1",
        "[2001:db8::1]", "10.0.0.1:80", "##.banner", "||example.com^$script", "||example.com/ads^",
        "https://example.com/page",
        "example.com/page", "*.*", "*.com", "two words", "exa$mple.com", "-example.com", "a..b.com",
        "0.0.0.0 ||example.com^", "<!doctype html>", "\x00\x01\x02", "a" * 300 + ".com", "x" * 5000,
    ],
)  # fmt: skip
def test_a_line_that_is_refused_is_counted_and_kept(line: str) -> None:
    found = parse(f"good.example\n{line}\n")
    assert found.below == {"good.example"}
    assert not found.alone
    assert found.mistaken == 1
    assert found.mistakes[0].line == 2
    assert line.strip()[:20].replace("\x00\x01\x02", "···") == found.mistakes[0].text[:20]
    assert found.mistakes[0].why.message


def test_one_bad_word_in_a_line_leaves_the_good_ones() -> None:
    found = parse("0.0.0.0 good.example com")
    assert (found.alone, found.mistaken) == ({"good.example"}, 1)


def test_many_mistakes_are_all_counted_and_some_kept() -> None:
    found = parse("com\n" * 500)
    assert found.mistaken == 500
    assert len(found.mistakes) == KEPT_MISTAKES


def test_lines_of_every_system_are_read() -> None:
    assert parse("a.example\r\nb.example\rc.example\n").sites == 3


def test_a_site_that_is_named_twice_counts_once() -> None:
    assert parse("a.example\nA.example.\n0.0.0.0 a.example\n").sites == 1


@given(st.text(max_size=400))
def test_no_text_makes_it_fail_and_what_it_keeps_is_written_in_one_form(text: str) -> None:
    found = parse(text)
    assert all(normalise(host) == host and "." in host for host in found.below | found.alone)


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    parse(data.decode("utf-8", errors="replace"))


@given(st.sets(st.from_regex(r"[a-z0-9]{1,10}\.example\.(com|vn|org)", fullmatch=True)))
def test_every_plain_host_is_found_again(hosts: set[str]) -> None:
    assert parse("\n".join(sorted(hosts))).below == hosts
