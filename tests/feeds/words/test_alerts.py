"""What is typed is heard where it is grave, and only there."""

import pytest

from feeds.words.alerts import hear, load
from rules.alerts import GRAVITY, Level
from tests.feeds.words.cases import HELD_BACK, SEEN, benign, grave


def test_there_are_enough_harmless_searches_and_none_twice() -> None:
    assert len(set(benign())) == len(benign()) >= 250


@pytest.mark.parametrize("typed", benign(SEEN))
def test_a_harmless_search_gives_no_alert(typed: str) -> None:
    assert hear(typed) is None


def test_harmless_searches_that_were_held_back_give_nearly_no_alert() -> None:
    heard = [typed for typed in benign(HELD_BACK) if hear(typed)]
    assert len(heard) <= len(benign(HELD_BACK)) * 0.02, heard


@pytest.mark.parametrize(("category", "typed"), grave(SEEN))
def test_a_grave_search_is_heard(category: str, typed: str) -> None:
    alert = hear(typed)
    assert alert is not None
    assert alert.category == category


def test_grave_searches_that_were_held_back_are_nearly_all_heard() -> None:
    missed = [typed for _, typed in grave(HELD_BACK) if hear(typed) is None]
    assert len(missed) <= len(grave(HELD_BACK)) * 0.1, missed


@pytest.mark.parametrize(
    ("grave_words", "harmless"),
    [
        ("em muốn tự tử", "em muốn đi từ từ"),
        ("muốn mua súng", "muốn mua súng nước"),
        ("i want to die", "i want to dye my hair"),
        ("mua cần sa", "mua cần sang nhượng"),
        ("kill myself", "kill mosquitoes myself"),
    ],
)
def test_a_mark_or_a_word_makes_the_difference(grave_words: str, harmless: str) -> None:
    assert hear(grave_words) is not None
    assert hear(harmless) is None


@pytest.mark.parametrize(
    "typed", ["không muốn sống", "khong muon song", "ko mún sống", "KHÔNG MUỐN  SỐNG!!!"]
)
def test_the_same_cry_is_heard_however_it_is_written(typed: str) -> None:
    alert = hear(typed)
    assert alert is not None
    assert alert.level is Level.URGENT


def test_decomposed_letters_are_the_same_letters() -> None:
    assert hear("em muo\u0302\u0301n tu\u031b\u0323 tu\u031b\u0309") is not None


def test_words_far_apart_do_not_make_one_thought() -> None:
    assert hear("mua sách giáo khoa " + "và vở " * 40 + "tả khẩu súng của chú bộ đội") is None


def test_a_title_makes_an_urgent_word_a_notice() -> None:
    alert = hear("i want to die lyrics")
    assert alert is not None
    assert alert.level is Level.NOTICE


def test_every_alert_carries_the_helpline_of_children() -> None:
    for pattern in load().patterns:
        helps = [h for h, of, at in load().helps if pattern.category in of and pattern.level in at]
        assert helps[0].phone == "111"
        assert helps[0].site == "tongdai111.vn"
        assert all(helps[0].texts[language] for language in ("vi", "en"))


def test_the_gravest_of_several_is_told() -> None:
    alert = hear("soi kèo tối nay rồi nhảy lầu chết")
    assert alert is not None
    assert GRAVITY[alert.level] == max(GRAVITY.values())


@pytest.mark.parametrize("typed", ["", " ", "\x00", "=", "+|;", "a" * 100_000, "chết " * 2_000])
def test_strange_input_is_survived(typed: str) -> None:
    hear(typed)
