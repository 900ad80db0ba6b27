"""What a child's rules take out of YouTube's pages and answers is gone; the rest still stands."""

import json
import re
from typing import Any

import pytest

from feeds.videos.edited import Edited, edited_answer, edited_page
from feeds.videos.inline import data_of
from rules.editing import AS_IT_IS, Edit, Only
from rules.verdict import Layer, Reason, Verdict
from tests.lab import tube, videos
from tests.lab.tube import DANCE, GUITAR, PRANK, PRANKS, SCIENCE, TRICK, VOLCANO

DESK, PHONE = "www.youtube.com", "m.youtube.com"
BOTH = pytest.mark.parametrize("host", [DESK, PHONE])
SHORTS, COMMENTS = Edit(shorts=True), Edit(comments=True)
HOME, RELATED, AUTOPLAY = Edit(home=True), Edit(related=True), Edit(autoplay=True)


def only(*scopes: str, **more: Any) -> Edit:
    return Edit(only=(Only(Layer.FAMILY, frozenset(scopes)),), **more)


SCIENCE_ONLY = only(f"channel:{SCIENCE.number}")


def say(_: Verdict) -> tuple[str, str]:
    return "Chưa mở", "Tải lại trang"


def page_after(host: str, path: str, edit: Edit, number: str = "") -> tuple[str, Edited]:
    page = videos.page(host, path, number)
    told = edited_page(page, path, edit)
    return (page if told.text is None else told.text), told


def answer_after(path: str, data: object, edit: Edit) -> tuple[Any, Edited]:
    told = edited_answer(json.dumps(data), f"/youtubei/v1/{path}", edit, say)
    return (data if told.text is None else json.loads(told.text)), told


def shown(page: str) -> str:
    """Write everything that a page's data shows, in one text."""
    return " ".join(json.dumps(data.value, ensure_ascii=False) for data in data_of(page))


@BOTH
def test_shorts_leave_the_front_page_with_their_shelf(host: str) -> None:
    page, told = page_after(host, "/", SHORTS)
    assert told.taken == 2
    assert DANCE.number not in shown(page)
    assert "richShelfRenderer" not in shown(page)
    assert all(video.number in shown(page) for video in tube.LONG)
    assert "continuationItemRenderer" in shown(page)


@BOTH
def test_a_page_of_which_nothing_is_taken_stays_as_it_came(host: str) -> None:
    assert edited_page(videos.page(host, "/"), "/", AS_IT_IS).text is None
    assert edited_page(videos.page(host, "/watch", GUITAR.number), "/watch", HOME).text is None


@BOTH
def test_what_is_written_anew_reads_as_before_and_ends_no_script(host: str) -> None:
    """A title with markup in it must not become markup."""
    before = videos.page(host, "/")
    page, _ = page_after(host, "/", SHORTS)
    [held] = [data for data in data_of(page) if data.name == "ytInitialData"]
    assert PRANK.title in shown(page)
    assert PRANK.title not in page
    assert page[: held.start] == before[: held.start]
    assert page.endswith(before[-200:])
    assert not re.search(r"[<>&\n]", page[held.start : held.end])
    assert held.is_string is (host == PHONE)


def test_shorts_leave_searches_menus_channels_and_what_is_loaded_later() -> None:
    page, _ = page_after(DESK, "/results", SHORTS)
    assert all(short.number not in shown(page) for short in tube.SHORT)
    assert "gridShelfViewModel" not in shown(page)
    menu, _ = answer_after("guide", tube.guide(), SHORTS)
    assert "horts" not in json.dumps(menu)
    assert "WHAT_TO_WATCH" in json.dumps(menu)
    later, _ = answer_after("browse", tube.home_more(), SHORTS)
    assert DANCE.number not in json.dumps(later)
    assert VOLCANO.number in json.dumps(later)
    page, _ = page_after(DESK, f"/{SCIENCE.handle}", SHORTS)
    assert next(data.value for data in data_of(page))["contents"]
    assert "/shorts" not in shown(page)
    beside, _ = page_after(DESK, "/watch", SHORTS, GUITAR.number)
    assert TRICK.number not in shown(beside)


@BOTH
def test_comments_leave_a_video_and_it_still_plays(host: str) -> None:
    page, told = page_after(host, "/watch", COMMENTS, GUITAR.number)
    assert "comment" not in shown(page)
    assert "videoplayback" in shown(page)
    assert told.stopped is None
    assert [played.title for played in told.played] == [GUITAR.title]


def test_comments_that_are_asked_for_later_say_nothing() -> None:
    later, _ = answer_after("next", tube.comments(), COMMENTS)
    assert "Kết bạn" not in json.dumps(later, ensure_ascii=False)
    [kept] = later["frameworkUpdates"]["entityBatchUpdate"]["mutations"]
    assert kept["entityKey"] == "key2"


@BOTH
def test_nothing_is_suggested_beside_a_video_and_at_its_end(host: str) -> None:
    page, _ = page_after(host, "/watch", RELATED, GUITAR.number)
    assert "related" not in shown(page)
    assert "secondaryResults" not in shown(page)
    assert "endscreen" not in shown(page).lower()
    assert "videoSecondaryInfoRenderer" in shown(page)


@BOTH
def test_no_video_begins_by_itself(host: str) -> None:
    page, _ = page_after(host, "/watch", AUTOPLAY, GUITAR.number)
    assert "autoplay" not in shown(page).lower()
    assert "shareButton" in shown(page)


@BOTH
def test_the_front_page_stands_empty(host: str) -> None:
    page, _ = page_after(host, "/", HOME)
    assert "richGridRenderer" in shown(page)
    assert all(number not in shown(page) for number in tube.ALL)
    later, _ = answer_after("browse", tube.home_more(), HOME)
    assert VOLCANO.number not in json.dumps(later)
    page, _ = page_after(DESK, "/results", HOME)
    assert VOLCANO.number in shown(page)


@BOTH
def test_only_videos_of_chosen_channels_are_listed(host: str) -> None:
    page, _ = page_after(host, "/", SCIENCE_ONLY)
    assert VOLCANO.number in shown(page)
    assert GUITAR.number not in shown(page)
    assert PRANK.number not in shown(page)
    assert DANCE.number not in shown(page)


def test_searches_list_only_chosen_channels() -> None:
    page, _ = page_after(DESK, "/results", SCIENCE_ONLY)
    assert VOLCANO.number in shown(page)
    assert PRANKS.number not in shown(page)


@pytest.mark.parametrize(
    ("allowed", "number", "plays"),
    [
        (f"channel:{SCIENCE.number}", VOLCANO.number, True),
        (f"channel:{SCIENCE.handle}", VOLCANO.number, True),
        (f"channel:{SCIENCE.number}", PRANK.number, False),
        (f"video:{PRANK.number}", PRANK.number, True),
        (f"video:{PRANK.number}", VOLCANO.number, False),
    ],
)
def test_only_chosen_channels_and_videos_play(allowed: str, number: str, plays: bool) -> None:
    _, told = page_after(DESK, "/watch", only(allowed), number)
    assert (told.stopped is None) is plays
    answer, _ = answer_after("player", videos.details(number), only(allowed))
    assert ("streamingData" in answer) is plays
    if not plays:
        assert told.stopped
        assert told.stopped.reason is Reason.CHANNEL
        assert answer["playabilityStatus"]["reason"] == "Chưa mở"
        assert tube.ALL[number].title not in json.dumps(answer, ensure_ascii=False)


def test_a_video_must_be_let_play_by_every_layer() -> None:
    both = only(f"channel:{SCIENCE.number}") | only(f"video:{PRANK.number}")
    assert page_after(DESK, "/watch", both, VOLCANO.number)[1].stopped
    assert page_after(DESK, "/watch", both, PRANK.number)[1].stopped


def test_the_page_of_another_channel_is_stopped_and_empty_in_answers() -> None:
    _, told = page_after(DESK, f"/{PRANKS.handle}", SCIENCE_ONLY)
    assert told.stopped
    assert PRANKS.handle in told.channels
    data = tube.channel_page(PRANKS, (PRANK,))
    answer, _ = answer_after("browse", data, SCIENCE_ONLY)
    assert PRANK.title not in json.dumps(answer, ensure_ascii=False)
    assert answer["alerts"][0]["alertRenderer"]["text"]["simpleText"] == "Chưa mở"
    page, told = page_after(DESK, f"/{SCIENCE.handle}", SCIENCE_ONLY)
    assert told.stopped is None
    assert VOLCANO.number in shown(page)


def test_a_player_may_not_fetch_ahead_where_only_some_channels_play() -> None:
    page, _ = page_after(DESK, "/", SCIENCE_ONLY)
    assert "initplayback" not in shown(page)


def test_answers_behind_a_guard_keep_it() -> None:
    told = edited_answer(f")]}}'\n{json.dumps(tube.home_more())}", "/youtubei/v1/browse", HOME, say)
    assert told.text
    assert told.text.startswith(")]}'\n{")


@pytest.mark.parametrize("number", [GUITAR.number, PRANK.number])
@pytest.mark.parametrize("is_closed", [False, True])
def test_whose_a_video_is_may_no_longer_be_told(number: str, is_closed: bool) -> None:
    data = videos.details(number)
    del data["microformat"], data["videoDetails"]["channelId"]
    edit = only(f"video:{GUITAR.number}", is_closed=is_closed)
    answer, told = answer_after("player", data, edit)
    assert told.missing == ("videoDetails.channelId",)
    assert ("streamingData" in answer) is (number == GUITAR.number or not is_closed)


@pytest.mark.parametrize(
    ("path", "page", "missing"),
    [
        ("/", "<html>hello</html>", ("ytInitialData.contents",)),
        ("/", "<script>var ytInitialData = {broken</script>", ("ytInitialData.contents",)),
        ("/results", "<script>var ytInitialData = {'a'}</script>", ("ytInitialData.contents",)),
        ("/watch", "<script>ytInitialData={'a'};</script>", ("twoColumnWatchNextResults",)),
        ("/@somebody", "<html></html>", ("channelMetadataRenderer",)),
        ("/about", "<html></html>", ()),
        ("/", videos.page(DESK, "/"), ()),
        ("/", videos.page(PHONE, "/"), ()),
        ("/results", videos.page(DESK, "/results"), ()),
        ("/watch", videos.page(DESK, "/watch", GUITAR.number), ()),
        ("/watch", videos.page(PHONE, "/watch", GUITAR.number), ()),
        (f"/{SCIENCE.handle}", videos.page(DESK, f"/{SCIENCE.handle}"), ()),
    ],
)  # fmt: skip
def test_a_page_that_no_longer_carries_what_we_read_is_noticed(
    path: str, page: str, missing: tuple[str, ...]
) -> None:
    assert edited_page(page, path, SCIENCE_ONLY).missing == missing


@pytest.mark.parametrize("kind", ["browse", "next", "search", "guide", "player"])
def test_an_answer_that_no_longer_carries_what_we_read_is_noticed(kind: str) -> None:
    assert edited_answer('{"novel":1}', f"/youtubei/v1/{kind}", HOME, say).missing
    asked = {"videoId": GUITAR.number, "browseId": SCIENCE.number}
    whole = json.dumps(videos.answer(kind, asked))
    assert not edited_answer(whole, f"/youtubei/v1/{kind}", HOME, say).missing
    assert not edited_answer('{"novel":1}', "/youtubei/v1/log_event", HOME, say).missing


def test_odd_letters_survive() -> None:
    data = {**tube.home_more(), "odd": "\u2028 \\ ' \" </script> 😀", "numbers": [1e21, 2**70, 0.1]}
    answer, told = answer_after("browse", data, HOME)
    assert told.text
    assert (answer["odd"], answer["numbers"]) == (data["odd"], data["numbers"])
    lone = edited_answer(
        r'{"a":"\ud83d","onResponseReceivedActions":[{"a":{"targetId":"browse-feedFEwhat_to_watch",'
        r'"continuationItems":[1]}}]}',
        "/youtubei/v1/browse",
        HOME,
        say,
    )
    assert lone.text
    assert r"\ud83d" in lone.text
