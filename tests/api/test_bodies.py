"""What is too large is refused by a page of ours, or by problem JSON to a program."""

import pytest

from api.app import LARGEST_BODY
from store import children
from tests.api.conftest import House

TOO_MUCH = b"name=" + b"x" * LARGEST_BODY
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SAID = {
    "en": "This is too large, so nothing was changed.",
    "vi": "Nội dung gửi lên quá lớn nên chưa có gì thay đổi.",
}


async def in_pieces():
    """Send without saying how much will come."""
    for start in range(0, len(TOO_MUCH), 65536):
        yield TOO_MUCH[start : start + 65536]


@pytest.mark.parametrize("body", [TOO_MUCH, in_pieces], ids=["announced", "in pieces"])
@pytest.mark.parametrize("language", ["en", "vi"])
async def test_a_form_too_large_gets_our_page_in_the_readers_language(house: House, body, language):
    async with house.client("alice") as browser:
        await browser.post("/look", data={"language": language})
        content = body() if callable(body) else body
        answer = await browser.post("/children/new", content=content, headers=FORM)
    async with house.panel.db.read() as store:
        found = await children.list_all(store)

    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("text/html")
    assert SAID[language] in answer.text
    assert "Content-Security-Policy" in answer.headers
    assert len(found) == 2


@pytest.mark.parametrize("body", [TOO_MUCH, in_pieces], ids=["announced", "in pieces"])
async def test_a_program_gets_problem_json(house: House, body):
    async with house.client("alice") as browser:
        content = body() if callable(body) else body
        kind = {"Content-Type": "application/json"}
        answer = await browser.post("/api/v1/children", content=content, headers=kind)

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "content-too-large"
    assert answer.json()["detail"].startswith(SAID["en"])


async def test_the_largest_that_fits_is_read(house: House):
    form = TOO_MUCH[:LARGEST_BODY]
    async with house.client("alice") as browser:
        answer = await browser.post("/children/new", content=form, headers=FORM)

    assert answer.status_code == 422
