"""What comes along with an allowed page, and what does not."""

import json
import lzma
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rules.companions import (
    KNOWN_WITHIN,
    MOST_OF_A_SITE,
    NEW_WITHIN,
    Page,
    Request,
    is_part,
    may_have_companions,
    needed_by,
)
from rules.verdict import Action, Layer, Reason, Verdict
from rules.visit import Known, Visit
from tests.rules.kit import MONDAY_NOON, daily, family, hours, judge, local

NOW = MONDAY_NOON
SECOND = timedelta(seconds=1)
RECORDED = Path("/work/shared/data/traffic/pages-chrome-har.jsonl.xz")


def page(site="hoc.vn", ago: float = 0) -> Page:
    return Page(site, NOW - ago * SECOND)


@pytest.mark.parametrize(
    ("request_", "part"),
    [
        (Request("image", "no-cors", "cross-site"), True),
        (Request("empty", "cors", "same-site"), True),
        (Request("iframe", "navigate", "cross-site"), True),
        (Request("document", "navigate", "cross-site"), False),
        (Request("document", "navigate", "same-origin"), False),
        (Request("script", "no-cors", "none"), False),
        (Request("empty", "navigate", "cross-site"), False),
        (Request(), False),
    ],
)
def test_parts_of_a_page_are_told_from_pages_of_their_own(request_, part):
    assert is_part(request_) is part


@pytest.mark.parametrize(
    ("reason", "categories", "may"),
    [
        (Reason.ALLOW_LIST, (), True),
        (Reason.SERVICE, (), True),
        (Reason.DEFAULT, ("learning",), True),
        (Reason.DEFAULT, ("kids", "video"), True),
        (Reason.DEFAULT, ("search",), False),
        (Reason.DEFAULT, ("system",), False),
        (Reason.COMPANION, (), False),
    ],
)
def test_only_sites_chosen_for_the_child_bring_others_along(reason, categories, may):
    verdict = Verdict(Action.PASS, reason, Layer.FAMILY)
    assert may_have_companions(verdict, Known(categories)) is may
    assert not may_have_companions(Verdict(Action.BLOCK, reason), Known(categories))


@pytest.mark.parametrize(
    ("ago", "learned", "needed"),
    [
        (0, False, True),
        (NEW_WITHIN.seconds, False, True),
        (NEW_WITHIN.seconds + 1, False, False),
        (NEW_WITHIN.seconds + 1, True, True),
        (KNOWN_WITHIN.seconds, True, True),
        (KNOWN_WITHIN.seconds + 1, True, False),
    ],
)
def test_what_is_known_to_belong_to_a_site_may_come_later_than_what_is_new(ago, learned, needed):
    known = {"hoc.vn": {"cdn.x"}} if learned else {}
    assert needed_by("cdn.x", [page(ago=ago)], known, NOW) == ("hoc.vn" if needed else "")


def test_what_belongs_to_one_site_does_not_come_with_another():
    assert needed_by("cdn.x", [page("other.vn", 60)], {"hoc.vn": {"cdn.x"}}, NOW) == ""


def test_a_page_that_wants_ever_more_gets_no_more():
    full = {"hoc.vn": {f"{number}.x" for number in range(MOST_OF_A_SITE)}}
    assert needed_by("new.x", [page()], full, NOW) == ""
    assert needed_by("7.x", [page()], full, NOW) == "hoc.vn"


def test_the_latest_page_is_the_one_that_loads():
    assert needed_by("x.y", [page("a.vn", 5), page("b.vn", 2)], {}, NOW) == "b.vn"


def test_a_companion_is_open_where_only_known_sites_are_but_hours_and_minutes_hold():
    only_known = {"unlisted": "block", "hours": (hours("21:00", "06:00"),)}
    rules = family(**only_known, allowances=(daily("everything", 60),))
    part = Visit("cdn.x", companion="hoc.vn")
    assert judge(rules, Visit("cdn.x")).reason is Reason.UNKNOWN_SITE
    assert judge(rules, part).reason is Reason.COMPANION
    assert judge(rules, part, local(22)).reason is Reason.HOURS
    assert judge(rules, part, everything=60).reason is Reason.ALLOWANCE


@pytest.mark.parametrize(
    ("rules", "known"),
    [
        ({"categories": {"ads": "block"}}, Known(("ads",))),
        ({"services": {"tiktok": "block"}}, Known(services=("tiktok",))),
        ({"block": ("cdn.x",)}, Known()),
    ],
)
def test_what_is_closed_in_so_many_words_never_comes_along(rules, known):
    assert judge(family(unlisted="block", **rules), Visit("cdn.x", known, companion="a.vn")).blocks


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded pages are not on this machine")
def test_recorded_pages_come_whole_and_links_out_of_them_do_not():
    dests = {"Image": "image", "Script": "script", "Stylesheet": "style", "Font": "font"}
    parts = []
    with lzma.open(RECORDED, "rt") as file:
        for line in file:
            recorded = json.loads(line)
            here = urlsplit(recorded["page"]).hostname
            for each in recorded["requests"]:
                if each["url"] != recorded["page"] and each["type"] in dests:
                    request = Request(dests[each["type"]], "no-cors", "cross-site", here)
                    parts.append(is_part(request))
    assert len(parts) > 800
    assert all(parts)
    assert not is_part(Request("document", "navigate", "cross-site", "en.wikipedia.org"))
