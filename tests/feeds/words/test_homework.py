"""AI chats may explain homework; requests to do it are told apart, by phrases held back from us."""

import pytest

from feeds.words.homework import wanted
from feeds.words.phrases import plain
from tests.feeds.words.cases import requests


@pytest.mark.parametrize("row", requests("seen"), ids=lambda row: row["text"])
def test_a_request_is_told_apart_from_a_question(row: dict[str, str]) -> None:
    assert wanted(row["text"]).does_it is (row["want"] == "do")


@pytest.mark.parametrize("written", [str, plain], ids=["as it is", "without diacritics"])
def test_on_phrases_held_back_it_is_as_good_as_the_page_about_accuracy_says(written) -> None:
    held = requests("held")
    turned_back = [row["want"] for row in held if wanted(written(row["text"])).does_it]
    assert turned_back.count("do") >= 46
    assert turned_back.count("pass") <= 1
    right = sum(wanted(row["text"]).topic == row["topic"] for row in held)
    assert right >= 80


@pytest.mark.parametrize("text", ["", "\x00" * 50, "a" * 50_000, "[{" * 9_000, "viết " * 2_000])
def test_any_text_gets_an_answer(text: str) -> None:
    assert wanted(text).topic
