"""Reading a ClientHello."""

import ssl
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.hello import LONGEST, NotTls, read_hello


def hello(name: str | None = "www.example.com") -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    outgoing = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name).do_handshake()
    return outgoing.read()


def in_record(message: bytes) -> bytes:
    return b"\x16\x03\x01" + len(message).to_bytes(2, "big") + message


def extension(kind: int, body: bytes) -> bytes:
    return kind.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body


def server_name(*names: bytes, kind: bytes = b"\0") -> bytes:
    entries = b"".join(kind + len(name).to_bytes(2, "big") + name for name in names)
    return extension(0, len(entries).to_bytes(2, "big") + entries)


def made(*extensions: bytes) -> bytes:
    joined = b"".join(extensions)
    body = b"\x03\x03" + bytes(32) + b"\0" + b"\0\x02\x13\x01" + b"\x01\0"
    body += len(joined).to_bytes(2, "big") + joined
    return in_record(b"\x01" + len(body).to_bytes(3, "big") + body)


def test_the_name_of_a_real_hello_is_read() -> None:
    assert read_hello(hello()).name == "www.example.com"


def test_a_hello_without_a_name_has_none() -> None:
    assert read_hello(hello(None)).name == ""


def test_a_part_of_a_hello_is_waited_for() -> None:
    whole = hello()
    for size in range(len(whole)):
        assert read_hello(whole[:size]) is None
    assert read_hello(whole + b"more") == read_hello(whole)


def test_a_name_in_capitals_is_the_same_name() -> None:
    assert read_hello(made(server_name(b"WWW.Example.COM"))).name == "www.example.com"


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n",
        b"SSH-2.0-x\r\n",
        b"\x16\x02\x00",
        b"\x16\x03\x01\x00\x00",
        b"\x16\x03\x01\xff\xff",
        in_record(b"\x02\x00\x00\x00"),
        in_record(b"\x01\xff\xff\xff"),
        made(server_name(b"a.example"), server_name(b"b.example")),
        made(server_name(b"a.example", b"b.example")),
        made(server_name(b"a.example", kind=b"\x01")),
        made(server_name(b"a b")),
        made(server_name(b"")),
        made(server_name(b"\xff\xfe")),
        made(extension(0, b"\x00\x05\x00")),
        made(b"\x00\x00\x00"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(data: bytes) -> None:
    with pytest.raises(NotTls):
        read_hello(data)


def test_an_endless_hello_is_refused() -> None:
    begun = in_record(b"\x01\x00\x3f\x00")
    assert read_hello(begun + in_record(b"\0") * 100) is None
    with pytest.raises(NotTls):
        read_hello(begun + in_record(b"\0") * (LONGEST // 6))


@given(st.binary(max_size=400))
def test_noise_is_refused_or_waited_for_and_never_breaks_the_reader(data: bytes) -> None:
    with suppress(NotTls):
        read_hello(b"\x16\x03\x01" + data)


@given(st.integers(5, 500), st.binary(min_size=1, max_size=3))
def test_a_damaged_hello_never_breaks_the_reader(at: int, damage: bytes) -> None:
    whole = bytearray(made(server_name(b"www.example.com"), extension(16, b"\0\3\2h2")))
    at %= len(whole)
    whole[at : at + len(damage)] = damage
    with suppress(NotTls):
        read_hello(whole)
