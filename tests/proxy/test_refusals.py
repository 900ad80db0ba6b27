"""The child's page names what the child went to, whichever door refused it."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from mitmproxy.test import tutils

from proxy.asked import step_of
from proxy.refusals import STANDS, Refusals, Step, Stopped
from rules.verdict import Action, Layer, Reason, Verdict
from tests.proxy.house import NOON

DEVICE = uuid4()
LATER = NOON + timedelta(seconds=20)


def stop(refusals: Refusals, host: str, step: Step, at=NOON, *, rule: str = "") -> None:
    verdict = Verdict(Action.BLOCK, Reason.CATEGORY, Layer.CHILD, rule)
    refusals.note(DEVICE, "10.0.0.5", Stopped(host, verdict, at, step))


def shown(refusals: Refusals) -> str:
    told = refusals.told(DEVICE, "10.0.0.5")
    return told.host if told else ""


@pytest.mark.parametrize("step", [Step.ASIDE, Step.UNSEEN])
def test_what_a_browser_fetches_by_itself_does_not_hide_what_the_child_did(step: Step) -> None:
    refusals = Refusals()
    stop(refusals, "chat.example", Step.TAKEN)
    stop(refusals, "update.example", step, LATER)
    assert shown(refusals) == "chat.example"
    stop(refusals, "game.example", Step.TAKEN, LATER)
    assert shown(refusals) == "game.example"
    stop(refusals, "film.example", step, LATER + STANDS)
    assert shown(refusals) == "film.example", "by then it is the newest that is looked for"


def test_an_advertisement_in_a_tunnel_does_not_hide_a_site() -> None:
    refusals = Refusals()
    stop(refusals, "ads.example", Step.UNSEEN, rule="category:ads")
    assert shown(refusals) == "ads.example", "better than nothing"
    stop(refusals, "game.example", Step.UNSEEN, LATER)
    stop(refusals, "ads.example", Step.UNSEEN, LATER, rule="category:ads")
    assert shown(refusals) == "game.example"
    stop(refusals, "other.example", Step.UNSEEN, LATER)
    assert shown(refusals) == "other.example"


def test_another_door_says_the_same_of_the_last_refusal() -> None:
    here, there = Refusals(), Refusals()
    minutes = {"used": 60, "limit": 60, "week": True}
    verdict = Verdict(
        Action.BLOCK, Reason.ALLOWANCE, Layer.FAMILY, "everything", until=LATER, **minutes
    )
    here.note(DEVICE, "", Stopped("game.example", verdict, NOON, Step.TAKEN))
    there.hear(json.loads(json.dumps(here.news.take())))
    assert there.last(DEVICE, "") == here.last(DEVICE, "")
    assert there.news.take() == [], "what is heard is not told on"
    assert there.last(uuid4(), "10.0.0.5") is None


@pytest.mark.parametrize(
    "news", [[["a", "b"]], [[]], [["a", "b", 1, 9, "x", "y", "", None, 1, 1, 0]]]
)
def test_news_that_makes_no_sense_is_refused(news: list[list[object]]) -> None:
    with pytest.raises((ValueError, TypeError)):
        Refusals().hear(news)


@pytest.mark.parametrize(
    ("headers", "step"),
    [
        ({"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, Step.TAKEN),
        ({"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, Step.ASIDE),
        ({"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, Step.ASIDE),
        ({"Accept": "text/html"}, Step.TAKEN),
        ({"Accept": "*/*"}, Step.UNSEEN),
    ],
)
def test_a_request_says_whether_the_child_went_there(headers: dict[str, str], step: Step) -> None:
    request = tutils.treq(method=b"GET")
    request.headers.clear()
    request.headers.update(headers)
    assert step_of(request) is step
