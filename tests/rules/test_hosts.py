"""Host names have one written form, and a way up."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.hosts import normalise, parents


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("Example.COM", "example.com"),
        (" example.com. ", "example.com"),
        ("bücher.de", "xn--bcher-kva.de"),
        ("XN--BCHER-KVA.de", "xn--bcher-kva.de"),
        ("hảiphòng.vn", "xn--hiphng-6wa8191d.vn"),
        ("ｅｘａｍｐｌｅ.com", "example.com"),
        ("_dmarc.example.com", "_dmarc.example.com"),
        ("localhost", "localhost"),
        ("192.168.1.10", "192.168.1.10"),
        ("[2001:DB8:0:0::1]", "2001:db8::1"),
        ("::1", "::1"),
    ],
)
def test_a_host_has_one_written_form(written, host):
    assert normalise(written) == host


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "a..b",
        "-a.vn",
        "a-.vn",
        "a b.vn",
        "example.com:443",
        "http://example.com",
        "exa/mple.com",
        "1.2.3",
        "2130706433",
        "0x7f.0x1",
        "0x7f000001",
        "127.1",
        "192.168.1.256",
        "a" * 64 + ".vn",
        "a." * 130 + "vn",
        "[::1",
        "xn--\x00.vn",
        "x@y.vn",
    ],
)
def test_what_is_no_host_name_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match="is not a host name"):
        normalise(text)


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=30) | st.from_regex(r"[a-zà-ỹ0-9.\-_:\[\]]{1,40}", fullmatch=True))
@example("ß.de")
@example("a。b")
@example("[[::1]]")
def test_a_normalised_host_stays_as_it_is(text):
    try:
        host = normalise(text)
    except ValueError:
        return
    assert normalise(host) == host
    assert host == host.lower()


def test_the_way_up_ends_at_the_top_level_domain():
    assert list(parents("a.b.vn")) == ["a.b.vn", "b.vn", "vn"]
    assert list(parents("vn")) == ["vn"]


def test_an_address_has_no_parents():
    assert list(parents("10.0.0.1")) == ["10.0.0.1"]
    assert list(parents("2001:db8::1")) == ["2001:db8::1"]
