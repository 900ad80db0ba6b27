"""Every usual form of a list is recognised, and no text in any of them makes reading fail."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.parse import parse
from rules.hosts import normalise


@pytest.mark.parametrize(
    ("form", "text", "below", "alone"),
    [
        ("hosts", "0.0.0.0 a.example", set(), {"a.example"}),
        ("plain", "a.example", {"a.example"}, set()),
        ("wildcard", "*.a.example", {"a.example"}, set()),
        ("adblock", "||a.example^\n||B.example^$important", {"a.example", "b.example"}, set()),
        ("adblock", "||a.example^$document\n||b.example", {"a.example", "b.example"}, set()),
        ("dnsmasq", "address=/a.example/0.0.0.0", {"a.example"}, set()),
        ("dnsmasq", "server=/a.example/b.example/", {"a.example", "b.example"}, set()),
        ("dnsmasq", "local=/a.example/ # why", {"a.example"}, set()),
        ("unbound", 'server:\nlocal-zone: "a.example." always_null', {"a.example"}, set()),
        ("rpz", "$TTL 60\n@ IN SOA x. y. 1 2 3 4 5\n@ IN NS x.\na.example CNAME .", set(), {"a.example"}),  # noqa: E501 one case a line
        ("rpz", "; why\n*.a.example 60 IN CNAME .", {"a.example"}, set()),
        ("v2fly", "domain:a.example @ads\nfull:b.example", {"a.example"}, {"b.example"}),
        ("v2fly", "a.example @cn # why", {"a.example"}, set()),
        ("clash", "payload:\n  - '+.a.example'", {"a.example"}, set()),
        ("clash", "  - DOMAIN-SUFFIX,a.example\n  - DOMAIN,b.example", {"a.example"}, {"b.example"}),  # noqa: E501 one case a line
        ("csv", '"a.example",adult,2020-01-01\nb.example,ads', {"a.example", "b.example"}, set()),
        ("json", '["a.example", "b.example"]', {"a.example", "b.example"}, set()),
        ("json", '{"domain_suffix": ["a.example"], "domain": ["b.example"]}', {"a.example"}, {"b.example"}),  # noqa: E501 one case a line
    ],
)  # fmt: skip
def test_a_form_is_recognised(form: str, text: str, below: set[str], alone: set[str]) -> None:
    found = parse(text)
    assert (found.form, found.below, found.alone) == (form, below, alone)
    assert [mistake.text for mistake in found.mistakes if mistake.text != "server:"] == []


def test_what_a_list_excepts_is_taken_out_of_it() -> None:
    found = parse("||a.example^\n||b.example^\n||c.b.example^\n@@||b.example^\n")
    assert found.below == {"a.example"}
    assert found.mistaken == 0


def test_a_heading_of_a_hosts_file_is_a_comment() -> None:
    assert parse("## Title\n### more\n#\na.example ## why\n").mistaken == 0


def test_an_exception_below_a_listed_site_is_counted_because_it_is_not_kept() -> None:
    found = parse("||a.example^\n@@||good.a.example^\n")
    assert found.below == {"a.example"}
    assert [mistake.text for mistake in found.mistakes] == ["good.a.example"]


@pytest.mark.parametrize(
    "line",
    [
        "||com^", "||com.vn^", "||10.0.0.1^", "address=/com/0.0.0.0", "full:com", "*.com CNAME .",
        "keyword:porn", "regexp:^ads[0-9]", "include:google", "||a.example^$script", "/ads/banner",
        "a.example##.ad", "  - DOMAIN-SUFFIX,vn", "10.0.0.1,adult", "@@||com^",
    ],
)  # fmt: skip
def test_what_no_form_allows_is_counted_with_its_number(line: str) -> None:
    found = parse(f"good.example\n{line}\n")
    assert (found.sites, found.mistaken, found.mistakes[0].line) == (1, 1, 2)


WORDS = st.text(max_size=60)
FRAMES = ("{}", "||{}^", "@@||{}^${}", "address=/{}/{}", 'local-zone: "{}" {}', "{} CNAME {}",
          "full:{} @{}", "- DOMAIN,{}", "{},{}", "0.0.0.0 {}", '["{}"]', '{{"domain": "{}"}}')  # fmt: skip  # noqa: E501 one case a line


@pytest.mark.parametrize("frame", FRAMES)
@given(words=st.lists(st.tuples(WORDS, WORDS), max_size=8))
def test_no_text_in_any_form_makes_it_fail(frame: str, words: list[tuple[str, str]]) -> None:
    found = parse("\n".join(frame.format(*pair) for pair in words))
    for host in found.below | found.alone | found.excepted:
        assert normalise(host) == host
        assert "." in host


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_json_makes_it_fail(value: object) -> None:
    parse(json.dumps(value))


def test_json_that_is_nested_without_end_is_only_not_understood() -> None:
    assert parse("[" * 100_000).sites == 0
