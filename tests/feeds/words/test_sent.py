"""What was typed is found in every kind of body, and no body breaks the reader."""

import json

import pytest

from feeds.words.sent import is_readable, of_query, texts

FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=xx"
SAID = "Nguyễn Văn Minh"


def part(head: str, value: str) -> str:
    return f"--xx\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"a=1&name=Nguy%E1%BB%85n+V%C4%83n+Minh", FORM),
        (json.dumps({"deep": [{"name": SAID}]}).encode(), "application/json; charset=utf-8"),
        (json.dumps({"variables": json.dumps({"input": {"text": SAID}})}).encode(), "text/plain"),
        (f"q={json.dumps({'text': SAID})}".encode(), FORM),
        ((part('name="n"', SAID) + "--xx--").encode(), PARTS),
        (SAID.encode(), "text/plain;charset=UTF-8"),
    ],
)
def test_what_was_typed_is_found(body: bytes, kind: str) -> None:
    assert is_readable(kind)
    assert SAID in texts(body, kind).joined()


def test_a_file_is_no_text_that_was_typed() -> None:
    body = part('name="n"', "a") + part('name="f"; filename="x.txt"', SAID) + "--xx--"
    assert texts(body.encode(), PARTS).parts == ("a",)


def test_two_fields_of_a_name_stand_beside_each_other() -> None:
    assert of_query("first=Minh&last=Nguyễn+Văn").parts == ("Minh", "Nguyễn Văn")


@pytest.mark.parametrize("kind", ["image/png", "application/octet-stream", "video/mp4", ""])
def test_what_holds_no_typed_text_is_not_read(kind: str) -> None:
    assert not is_readable(kind)


@pytest.mark.parametrize("kind", [FORM, PARTS, "application/json", "multipart/form-data"])
@pytest.mark.parametrize(
    "body", [b"", b"\xff" * 90, b"[" * 60_000, b"&" * 9_000, b"--xx" * 900, b'{"a":' * 9_000]
)
def test_a_body_that_makes_no_sense_breaks_nothing(body: bytes, kind: str) -> None:
    texts(body, kind).joined()
