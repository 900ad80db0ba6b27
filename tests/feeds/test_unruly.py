"""No parser crashes, hangs or swallows the memory, whatever a list holds."""

import io
import json
import tarfile
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import process_time
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds import parse as module
from feeds.errors import FeedError
from feeds.fetch import unpack
from feeds.parse import KEPT_MISTAKES, LONGEST_LINE, Parsed, parse
from feeds.reading import read
from rules.hosts import LONGEST, normalise
from tests.feeds.packs import packed

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
MOST = 4 << 20

LABEL = st.from_regex(r"[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,12}[a-zA-Z0-9_])?", fullmatch=True)
HOST = st.lists(LABEL, min_size=1, max_size=5).map(".".join)
ODD = st.sampled_from(
    [
        "com", "com.vn", "www.ck", "a.ck", "city.kobe.jp", "b.city.kobe.jp", "xn--80ak6aa92e.com",
        "xn--zz.com", "0.0.0.0", "1.2.3.4", "a.1", "a.0x1f", "localhost", "ip6-loopback.a.b",
        "a..b", "-a.com", "a-.com", "a_.com", "_a.com", "a" * 64 + ".com", "a." * 126 + "com",
        "éa.com", "a.com.", "A.Com", "a.com:80", "blogspot.com", "edu.vn", "x.edu.vn",
    ]
)  # fmt: skip
LEAD = st.sampled_from(
    ["", "||", "@@||", "*.", "0.0.0.0 ", "127.0.0.1\t", "0.0.0.0  ", "::1 ", "|", "http://"]
)
TAIL = st.sampled_from(["", "^", " ", " # why", "^$important", "\t", "/page", "^^", "."])
LINE = st.tuples(LEAD, HOST | ODD, TAIL).map("".join)


def said(found: Parsed) -> tuple[object, ...]:
    lines = [(each.line, each.text) for each in found.mistakes]
    return found.below, found.alone, found.excepted, found.mistaken, lines, found.forms


@PATIENT
@given(st.lists(LINE, max_size=12))
def test_the_quick_reader_says_what_the_patient_one_says(lines: list[str]) -> None:
    text = "\n".join(lines)
    quick = said(parse(text))
    with mock.patch.object(module, "_quickly", return_value=lambda _line: False):
        assert said(parse(text)) == quick


@PATIENT
@given(st.binary(max_size=2000))
def test_no_bytes_make_it_fail_and_what_it_keeps_can_be_looked_up(data: bytes) -> None:
    found = parse(data)
    for host in found.below | found.alone | found.excepted:
        assert normalise(host) == host
        assert "." in host
        assert len(host) <= LONGEST
    assert (
        len(found.mistakes) <= KEPT_MISTAKES <= found.mistaken
        or len(found.mistakes) == found.mistaken
    )


@PATIENT
@given(st.text(max_size=300))
def test_what_is_shown_of_a_mistake_hides_nothing(text: str) -> None:
    for mistake in parse(text.encode("utf-8", "replace")).mistakes:
        assert mistake.text.isprintable()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_list_in_another_encoding_is_read_by_its_mark(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    found = parse(mark + "a.example\ntiếngviệt.vn\n".encode(encoding))
    assert found.below == {"a.example", normalise("tiếngviệt.vn")}
    assert found.mistaken == 0


@pytest.mark.parametrize(
    "hostile",
    [
        "exam\u202eple.com", "a.exa\u200bmple\u202d.com", "a\x00b.com", "\x00" * 500,
        "a.com\u2028b.com c", "ａ\x07.com", "\ud800.com",
    ],
)  # fmt: skip
def test_signs_that_cannot_be_seen_never_become_a_site(hostile: str) -> None:
    found = parse(b"good.example\n" + hostile.encode("utf-8", "surrogatepass") + b"\n")
    assert found.mistaken == 1
    assert all(host.isascii() and host.isprintable() for host in found.below)
    assert found.mistakes[0].line == 2


@pytest.mark.parametrize(
    "line",
    [
        b"a" * 20_000_000, b"a." * 10_000_000, b"||" * 5_000_000, b"," * 5_000_000,
        b"0.0.0.0" + b" a.com" * 2_000_000, b"[" * 1_000_000, b'{"a":' * 300_000,
        b"\xff" * 5_000_000, b"address=/" + b"a.com/" * 500_000, b"#" * 5_000_000,
    ],
    ids=["word", "labels", "bars", "commas", "hosts", "lists", "objects", "noise", "many", "hash"],
)  # fmt: skip
def test_a_line_without_end_is_at_most_one_mistake_and_soon_done(line: bytes) -> None:
    begun = process_time()
    found = parse(b"a.example\n" + line + b"\nb.example\n")
    assert process_time() - begun < 20
    assert {"a.example", "b.example"} <= found.below
    assert found.mistaken <= 1
    assert all(len(mistake.text) <= 100 for mistake in found.mistakes)


def test_many_lines_take_the_memory_of_what_they_name_and_little_more() -> None:
    body = b"".join(b"s%d.example.com\n||bad line %d\n" % (n, n) for n in range(6_000))
    tracemalloc.start()
    try:
        found = parse(body)
        assert tracemalloc.get_traced_memory()[1] < 2_500_000
    finally:
        tracemalloc.stop()
    assert (found.sites, found.mistaken) == (6_000, 6_000)


def test_a_million_lines_of_one_name_take_next_to_no_memory() -> None:
    body = b"a.example.com\n" * 1_000_000
    assert parse(body).sites == 1
    body = body[:1_400_000]
    tracemalloc.start()
    try:
        assert parse(body).sites == 1
        assert tracemalloc.get_traced_memory()[1] < len(body) + 2_000_000
    finally:
        tracemalloc.stop()


def test_a_line_may_be_as_long_as_it_may_and_no_longer() -> None:
    hosts = " ".join(f"h{n}.example" for n in range(60))
    line = f"0.0.0.0 {hosts}"
    assert len(line) <= LONGEST_LINE
    assert len(parse(line).alone) == 60
    assert parse(line + " " * (LONGEST_LINE + 1 - len(line))).mistaken == 1


def flipped(whole: bytes, flips: list[tuple[int, int]]) -> bytes:
    body = bytearray(whole)
    for place, value in flips:
        body[place % len(body)] = value
    return bytes(body)


ARCHIVE = packed({"adult/domains": "a.example\n", "adult/usage": "black\n", "x/urls": "a/b\n"})
PLAIN = io.BytesIO()
with tarfile.open(fileobj=PLAIN, mode="w") as made:
    entry = tarfile.TarInfo("adult/domains")
    entry.size = 10
    made.addfile(entry, io.BytesIO(b"a.example\n"))


@pytest.mark.parametrize("whole", [ARCHIVE, PLAIN.getvalue()], ids=["packed", "plain"])
@PATIENT
@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), max_size=6))
def test_an_archive_with_broken_bytes_is_read_or_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, whole: bytes, flips: list[tuple[int, int]]
) -> None:
    with suppress(FeedError):
        outcome = read(flipped(whole, flips), tmp_path_factory.mktemp("fuzz"), MOST)
        assert outcome.parts or outcome.folders


@pytest.mark.parametrize(
    "reader", [lambda data: unpack(data, 1000), lambda data: unpack(b"\x1f\x8b" + data, 1000)]
)
@PATIENT
@given(st.binary(max_size=300))
def test_whatever_comes_is_unpacked_or_refused_with_a_sentence(
    reader: Callable[[bytes], bytes], data: bytes
) -> None:
    with suppress(FeedError):
        assert len(reader(data)) <= 1000


def test_json_may_be_as_deep_and_as_wide_as_it_likes() -> None:
    wide = json.dumps({"domain_suffix": [f"s{n}.example" for n in range(100_000)]}).encode()
    assert parse(wide).sites == 100_000
    assert parse(b"[" * 2_000_000 + b"]" * 2_000_000).sites == 0
    assert parse(b'{"a": ' + b"9" * 10_000 + b"}").sites == 0


@PATIENT
@given(st.binary(max_size=400))
def test_a_file_that_is_read_as_a_list_leaves_sorted_lines_or_nothing(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    out: Path = tmp_path_factory.mktemp("out")
    try:
        (part,) = read(b"a.example\n" + data, out, MOST).parts
    except FeedError:
        return
    lines = (out / part.file).read_bytes().splitlines(keepends=True)
    assert lines == sorted(set(lines))
    assert len(lines) == part.sites
