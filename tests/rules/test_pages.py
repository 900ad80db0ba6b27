"""A granted page opens itself and what lies below it, and nothing else of its host."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from rules.asks import Terms, Wish
from rules.explain import for_parent, name
from rules.pages import covers, page_of, take_apart
from rules.policy import Allowance, Floor, Policy
from rules.scope import GivenScope, Scope
from rules.verdict import Action, Layer, Reason
from rules.visit import Known, Visit
from tests.rules.kit import (
    MONDAY_NOON,
    PAGE,
    book,
    cases,
    daily,
    family,
    granted,
    hours,
    judge,
)
from tests.rules.test_properties import MANY, gist

LESSON = "url:a.vn/lesson"
CLOSED = Policy(block=("a.vn",))
GIVEN: TypeAdapter[str] = TypeAdapter(GivenScope)


def to(path: str, host: str = "a.vn", **known) -> Visit:
    return Visit(host, Known(**known), path=path)


def closed(*grants, **rules):
    return family(grants=grants or (granted(LESSON),), block=("a.vn",), **rules)


@pytest.mark.parametrize(
    ("written", "page"),
    [
        ("a.vn/lesson", "a.vn/lesson"),
        ("https://A.vn/lesson/", "a.vn/lesson"),
        ("http://a.vn", "a.vn/"),
        ("vi.wikipedia.org/wiki/H%C3%A0_N%E1%BB%99i", "vi.wikipedia.org/wiki/Hà_Nội"),
    ],
)
def test_a_page_has_one_form_that_stays_as_it_is(written, page):
    assert GIVEN.validate_python(f"url:{written}") == f"url:{page}"
    assert page_of(page) == page
    assert name(f"url:{page}") == page


@pytest.mark.parametrize(
    "written",
    ["a.vn/watch?v=1", "a.vn/x#y", "a.vn/x/../y", "a.vn/%252e", "a.vn/a\\b", "/x", "not a host/x"],
)
def test_a_page_that_is_no_page_is_refused(written):
    with pytest.raises(ValidationError):
        GIVEN.validate_python(f"url:{written}")


@pytest.mark.parametrize(
    ("path", "open_"),
    [
        ("/lesson", True),
        ("/lesson/", True),
        ("/lesson/3", True),
        ("/%6cesson/3", True),
        ("/lessons", False),
        ("/Lesson", False),
        ("/", False),
        ("/lesson/../secret", False),
        ("/lesson/%2e%2e/secret", False),
        ("/lesson/%252e%252e/secret", False),
        ("/lesson\\..\\secret", False),
        ("/x/%2e%2e/lesson", False),
    ],
)
def test_only_the_page_and_what_lies_below_it_is_open(path, open_):
    verdict = judge(closed(), to(path))
    assert verdict.blocks is not open_
    assert verdict.reason is (Reason.GRANT if open_ else Reason.BLOCK_LIST)


def test_a_granted_root_is_the_root_alone():
    rules = closed(granted("url:a.vn/"))
    assert not judge(rules, to("/")).blocks
    assert judge(rules, to("/x")).blocks


def test_a_closed_host_is_opened_to_see_the_path_until_the_grant_ends():
    rules = closed()
    verdict = judge(rules, to(""))
    assert (verdict.action, verdict.inside) == (Action.ALLOW, True)
    assert verdict.until == MONDAY_NOON + timedelta(minutes=30)
    assert rules.opens("a.vn")
    assert not rules.opens("b.a.vn"), "another host is another page"
    assert not rules.opens("c.vn")
    assert judge(rules, to("", "b.a.vn")).blocks
    assert judge(rules, to("/lesson", "b.a.vn")).blocks


def test_a_host_that_is_open_anyway_is_not_looked_into():
    rules = family(grants=(granted(LESSON),))
    verdict = judge(rules, to(""))
    assert (verdict.action, verdict.inside) == (Action.PASS, False)


def test_a_page_is_open_in_bedtime_in_a_pause_and_without_minutes_left():
    night = closed(hours=(hours("11:00", "13:00"),), allowances=(daily("everything", 0),))
    assert not judge(night, to("/lesson")).blocks
    assert judge(night, to("/")).reason is Reason.HOURS


def test_wider_layers_floors_and_banks_keep_a_page_shut():
    school = (Layer.SCHOOL, CLOSED)
    assert judge(book(school, grants=(granted(LESSON),)), to("/lesson")).blocks
    assert judge(book(school, grants=(granted(LESSON),)), to("")).blocks
    floor = (Layer.SCHOOL, Policy(floors=(Floor(scope="site:a.vn"),)))
    assert judge(book(floor, (Layer.FAMILY, CLOSED), grants=(granted(LESSON),)), to("")).blocks
    assert judge(closed(), to("/lesson", never_open=True)).blocks
    assert not closed().opens("a.vn", Known(never_open=True))


def test_a_page_waits_for_its_time():
    rules = closed(granted(LESSON, after=10))
    verdict = judge(rules, to(""))
    assert verdict.blocks
    assert verdict.until == MONDAY_NOON + timedelta(minutes=10)


def test_the_grant_is_told_by_the_page():
    values = for_parent(judge(closed(), to("/lesson/3"))).values
    assert values["what"] == "a.vn/lesson"


def test_rules_and_minutes_are_never_for_one_page():
    for model in (Allowance, Floor):
        with pytest.raises(ValidationError, match="only be granted or asked for"):
            model(scope=LESSON)
    with pytest.raises(ValidationError, match="only be granted"):
        TypeAdapter(Scope).validate_python(LESSON)
    for model in (Terms, Wish):
        assert model(scope=LESSON, minutes=5).scope == LESSON
        with pytest.raises(ValidationError, match="has no allowance"):
            model(scope=LESSON, minutes=5, counted=True)


PATHS = st.lists(
    st.sampled_from(
        ("shorts", "shorts2", "SHORTS", "..", ".", "", "%2e%2e", "%252e%252e", "\\", "x")
    ),
    max_size=4,
).map(lambda parts: "/" + "/".join(parts))
HOSTS = st.sampled_from(("a.vn", "b.a.vn", "xa.vn", "c.vn"))


def running(case):
    lasting = {"scope": PAGE, "since": case.now, "until": case.now + timedelta(days=1)}
    return [grant.model_copy(update=lasting) for grant in case.grants]


@MANY
@given(cases, PATHS, HOSTS)
def test_a_granted_page_opens_no_other_page(case, path, host):
    page_host, page = take_apart(PAGE.removeprefix("url:"))
    assume(host != page_host or not covers(page, path))
    other = replace(case, visit=case.visit._replace(host=host, path=path))
    assert gist(other.judge(case.book(grants=running(case)))) == gist(
        other.judge(case.book(grants=[]))
    )


@MANY
@given(cases, HOSTS)
def test_a_connection_that_a_page_opens_is_looked_into(case, host):
    unseen = replace(case, visit=case.visit._replace(host=host, path=""))
    rules = case.book(grants=running(case))
    verdict = unseen.judge(rules)
    if unseen.judge(case.book(grants=[])).blocks and not verdict.blocks:
        assert verdict.inside
        assert rules.opens(host, case.visit.known)
