"""YouTube in place: what is opened for it, what goes, and whose videos play."""

import pytest
from pydantic import ValidationError

from rules.asks import Wish
from rules.channels import channel_of, video_of
from rules.decide import strictest
from rules.diff import describe
from rules.editing import AS_IT_IS, Edit, editing
from rules.opening import openings
from rules.policy import Policy
from rules.scope import check, check_given
from rules.values import Choice
from rules.verdict import Action, Layer, Reason
from rules.videos import SHORTS, SHORTS_SCOPE, address_of, at_path, is_edited, meant
from rules.visit import Known, Visit
from tests.rules.kit import MONDAY_NOON, book, daily, family, granted, hours, judge, local

TUBE = Visit("www.youtube.com", Known(categories=("video",), services=("youtube",)))
NUMBER, VIDEO = "UCaaaaaaaaaaaaaaaaaaaaaa", "dQw4w9WgXcQ"
OFF = {"services": {SHORTS: Choice.BLOCK}}
ONLY = {"only": True, "channels": ["@thayminh", NUMBER], "videos": [VIDEO]}


def at(path: str, host: str = "www.youtube.com") -> Visit:
    return Visit(host, at_path(host, TUBE.known, path), path=path)


def edit(rulebook, visit=TUBE, moment=MONDAY_NOON, **spent: int) -> Edit:
    return editing(rulebook, visit, moment, {SHORTS_SCOPE: spent.get("shorts", 0)})


@pytest.mark.parametrize(
    "path", ["/shorts/abc", "/shorts", "//Shorts/abc", "/%73horts/abc", "/youtubei/v1/reel/next"]
)
def test_shorts_are_known_by_their_address(path: str) -> None:
    assert judge(family(**OFF), at(path)).reason is Reason.SERVICE
    assert judge(family(**OFF), at(path)).rule == SHORTS_SCOPE


@pytest.mark.parametrize("path", ["/watch", "/shortstory", "/@shorts", "/youtubei/v1/next"])
def test_the_rest_of_the_site_is_not_shorts(path: str) -> None:
    verdict = judge(family(**OFF), at(path))
    assert not verdict.blocks
    assert verdict.edits


def test_other_sites_have_no_shorts() -> None:
    assert at_path("a.vn", TUBE.known, "/shorts/abc") is TUBE.known


@pytest.mark.parametrize(
    ("host", "edited"),
    [
        ("www.youtube.com", True), ("m.youtube.com", True), ("youtubei.googleapis.com", True),
        ("www.youtube-nocookie.com", True), ("i.ytimg.com", False),
        ("rr1.googlevideo.com", False), ("notyoutube.com", False),
    ],
)  # fmt: skip
def test_only_where_pages_come_from_is_opened(host: str, edited: bool) -> None:
    assert is_edited(host) is edited
    assert judge(family(**OFF), TUBE._replace(host=host)).edits is edited


@pytest.mark.parametrize("rules", [OFF, {"videos": {"comments": "block"}}])
def test_it_is_a_wish_unless_what_cannot_be_read_is_closed(rules: dict[str, object]) -> None:
    wish = judge(family(**rules), TUBE)
    assert (wish.action, wish.inside, wish.edits) == (Action.PASS, False, True)
    must = judge(family(**rules | {"videos": {"comments": "block", "unsure": "block"}}), TUBE)
    assert (must.action, must.inside, must.edits) == (Action.ALLOW, True, True)


def test_the_safe_host_is_still_where_it_leads() -> None:
    known = Known(services=("youtube",), safe={"youtube_strict": "restrict.youtube.com"})
    verdict = judge(family(youtube="strict", **OFF), TUBE._replace(known=known))
    assert (verdict.action, verdict.to) == (Action.REWRITE, "restrict.youtube.com")
    assert verdict.edits


def test_a_policy_without_such_wishes_opens_nothing() -> None:
    verdict = judge(family(youtube="strict"), TUBE)
    assert not verdict.edits
    assert edit(family()) == AS_IT_IS


def test_shorts_go_when_their_minutes_are_used_up() -> None:
    rules = family(allowances=[daily(SHORTS_SCOPE, 10)])
    assert not edit(rules, shorts=9).shorts
    assert edit(rules, shorts=10).shorts
    verdict = judge(rules, at("/shorts/abc"), **{"service_youtube-shorts": 10})
    assert (verdict.reason, verdict.limit) == (Reason.ALLOWANCE, 10)


def test_shorts_have_hours_and_grants() -> None:
    rules = family(hours=[hours("17:00", "19:00", "free", SHORTS_SCOPE, effect="only")])
    assert edit(rules, moment=local(12)).shorts
    assert not edit(rules, moment=local(18)).shorts
    assert not edit(family([granted(SHORTS_SCOPE)], **OFF)).shorts


def test_what_any_layer_takes_out_goes() -> None:
    school = Policy(videos={"comments": "block"})
    mine = Policy(videos={"autoplay": "block", "unsure": "block"})
    found = edit(book((Layer.SCHOOL, school), (Layer.CHILD, mine)))
    assert (found.comments, found.autoplay, found.home, found.is_closed) == (1, 1, 0, 1)


@pytest.mark.parametrize(
    ("number", "channels", "plays"),
    [
        ("", {"@thayminh"}, True),
        ("xxxxxxxxxxx", {NUMBER, "@somebody"}, True),
        (VIDEO, {"@somebody"}, True),
        ("xxxxxxxxxxx", {"@somebody"}, False),
        ("xxxxxxxxxxx", set(), False),
    ],
)
def test_only_what_was_named_plays(number: str, channels: set[str], plays: bool) -> None:
    verdict = edit(family(videos=ONLY)).stops(number, frozenset(channels))
    assert (verdict is None) is plays
    assert verdict is None or verdict.reason is Reason.CHANNEL


@pytest.mark.parametrize("scope", ["channel:@somebody", "video:xxxxxxxxxxx"])
def test_a_grant_lets_a_channel_or_a_video_play(scope: str) -> None:
    running = edit(family([granted(scope)], videos=ONLY))
    assert running.stops("xxxxxxxxxxx", frozenset({"@somebody"})) is None
    over = edit(family([granted(scope, minutes=1, after=-5)], videos=ONLY))
    assert over.stops("xxxxxxxxxxx", frozenset({"@somebody"}))
    # An hour of YouTube is not an hour of everybody on it.
    wide = edit(family([granted("service:youtube")], videos=ONLY))
    assert wide.stops("xxxxxxxxxxx", frozenset({"@somebody"}))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("@ThayMinh", "@thayminh"),
        (" https://www.youtube.com/@ThayMinh/videos ", "@thayminh"),
        ("youtube.com/@Thầy.Minh", "@thầy.minh"),
        ("https://m.youtube.com/@Th%E1%BA%A7y", "@thầy"),
        (f"https://www.youtube.com/channel/{NUMBER}/about", NUMBER),
        (NUMBER, NUMBER),
    ],
)
def test_a_channel_is_written_in_one_form(text: str, name: str) -> None:
    assert channel_of(text) == name


@pytest.mark.parametrize(
    "text",
    [
        VIDEO,
        f"https://youtu.be/{VIDEO}?t=3",
        f"https://www.youtube.com/watch?v={VIDEO}&list=x",
        f"youtube.com/shorts/{VIDEO}",
        f"https://www.youtube.com/embed/{VIDEO}",
    ],
)
def test_a_video_is_written_in_one_form(text: str) -> None:
    assert video_of(text) == VIDEO


@pytest.mark.parametrize(
    "videos",
    [
        {"channels": ["Thầy Minh"]}, {"channels": ["https://youtube.com/c/thayminh"]},
        {"videos": ["https://www.youtube.com/"]}, {"videos": ["abc"]}, {"only": True},
        {"channels": ["http://[/@a"]}, {"comments": "maybe"},
    ],
)  # fmt: skip
def test_what_names_nothing_is_refused(videos: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Policy(videos=videos)


def test_a_channel_is_asked_for_and_never_a_rule_of_its_own() -> None:
    assert check_given("channel:@ThayMinh") == "channel:@thayminh"
    assert check_given(f"video:https://youtu.be/{VIDEO}") == f"video:{VIDEO}"
    with pytest.raises(ValueError, match="only be granted"):
        check("channel:@thayminh")
    with pytest.raises(ValueError, match="no allowance"):
        Wish(scope="channel:@thayminh", counted=True)


@pytest.mark.parametrize(
    ("number", "channel"), [(VIDEO, "@thayminh"), ("", NUMBER), (VIDEO, ""), ("", "")]
)
def test_the_address_of_an_ask_names_what_is_meant(number: str, channel: str) -> None:
    host, _, path = address_of(number, channel).removeprefix("https://").partition("/")
    assert meant(host, f"/{path}") == (number, channel)
    assert meant("a.vn", f"/{path}") == ("", "")
    assert meant(host, "/watch/!/?") == ("", "")
    assert meant(host, "/@ThayMinh/videos") == ("", "@thayminh")


def test_every_change_is_told_and_every_opening_explained() -> None:
    new = Policy(videos={**ONLY, "comments": "block", "unsure": "block"})
    told = [sentence.message for sentence in describe(Policy(), new)]
    assert len(told) == 6
    assert len(describe(new, Policy())) == 6
    [opening] = openings(((Layer.FAMILY, new),))
    assert opening.scope == "service:youtube"
    assert openings(((Layer.FAMILY, Policy()),)) == ()


def test_what_one_of_several_children_has_taken_out_opens_for_all() -> None:
    plain, edited = judge(family(), TUBE), judge(family(**OFF), TUBE)
    assert strictest((plain, edited)).edits
    assert strictest((edited, plain)).edits
