"""Reading the head of a request."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.head import LONGEST, BadHead, Form, read_head


def test_a_connect_names_host_and_port() -> None:
    head = read_head(b"CONNECT Example.COM:443 HTTP/1.1\r\nHost: x\r\n\r\nmore")
    assert (head.form, head.host, head.port) == (Form.CONNECT, "example.com", 443)
    assert head.length == len(b"CONNECT Example.COM:443 HTTP/1.1\r\nHost: x\r\n\r\n")


def test_a_connect_to_an_ipv6_address_is_read() -> None:
    assert read_head(b"CONNECT [2001:DB8::1]:443 HTTP/1.1\r\n\r\n").host == "2001:db8::1"


def test_a_head_that_is_not_complete_is_waited_for() -> None:
    assert read_head(b"CONNECT a.example:443 HTTP/1.1\r\n") is None


def test_the_two_other_forms_are_told_apart() -> None:
    assert read_head(b"GET http://a.example/ HTTP/1.1\r\n\r\n").form is Form.ABSOLUTE
    assert read_head(b"GET / HTTP/1.1\r\n\r\n").form is Form.ORIGIN


def test_credentials_are_read() -> None:
    text = b"CONNECT a.example:443 HTTP/1.1\r\nproxy-authorization: basic YW46YjpjxJE=\r\n\r\n"
    assert read_head(text).credentials == ("an", "b:cđ")


@pytest.mark.parametrize("value", [b"", b"Bearer x", b"Basic", b"Basic !!!", b"Basic YQ=="])
def test_credentials_nobody_can_read_are_none(value: bytes) -> None:
    text = b"CONNECT a.example:443 HTTP/1.1\r\nProxy-Authorization: " + value + b"\r\n\r\n"
    assert read_head(text).credentials is None


@pytest.mark.parametrize(
    "line",
    [b"", b"CONNECT", b"CONNECT a.example HTTP/1.1", b"CONNECT a.example:99999 HTTP/1.1",
     b"CONNECT a.example:\xc2\xb2 HTTP/1.1", b"GET /  HTTP/1.1", b"GET / HTTP/2", b"\x16\x03\x01"],
)  # fmt: skip
def test_what_is_no_request_is_refused(line: bytes) -> None:
    with pytest.raises(BadHead):
        read_head(line + b"\r\n\r\n")


def test_a_head_that_is_too_long_is_refused() -> None:
    with pytest.raises(BadHead):
        read_head(b"GET / HTTP/1.1\r\nX: " + b"x" * LONGEST)


@given(st.binary(max_size=200))
def test_noise_never_breaks_the_reader(data: bytes) -> None:
    with suppress(BadHead):
        read_head(data + b"\r\n\r\n")
