"""Rules about addresses: what they match, whatever the spelling, and which hosts they open."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.decide import strictest
from rules.patterns import STRETCH, refusal
from rules.policy import Floor, Policy, UrlRule, YouTube
from rules.urls import address_of, compile_url, plain_path
from rules.verdict import Action, Layer, Reason
from rules.visit import Known, Visit
from tests.rules.kit import book, family, games, granted, hours, judge

TUBE = Visit("www.youtube.com", Known(("video",), ("youtube",)))
SHORTS = UrlRule(scope="service:youtube", path="/shorts")


def at(path: str, visit=TUBE, query="") -> Visit:
    return visit._replace(path=path, query=query)


def meets(path: str, query="", /, **rule) -> bool:
    return compile_url(UrlRule(scope="everything", **rule)).meets(address_of(path, query))


@pytest.mark.parametrize(
    ("rule", "path", "query", "met"),
    [
        ({"path": "/shorts"}, "/shorts", "", True),
        ({"path": "/shorts/"}, "/shorts/abc", "", True),
        ({"path": "/shorts"}, "/shortsighted", "", False),
        ({"path": "/shorts"}, "/a/shorts", "", False),
        ({"path": "/shorts"}, "/SHORTS/1", "", True),
        ({"path": "/shorts"}, "/%73horts/1", "", True),
        ({"path": "/shorts"}, "/%2573horts/1", "", True),
        ({"path": "/shorts"}, "//shorts/1", "", True),
        ({"path": "/shorts"}, "/x/../shorts", "", True),
        ({"path": "/shorts"}, "/./shorts", "", True),
        ({"path": "/shorts"}, "/x\\..\\..\\shorts", "", True),
        ({"path": "/"}, "/whatever", "", True),
        ({"query": {"v": "abc"}}, "/watch", "t=1&v=abc", True),
        ({"query": {"v": "abc"}}, "/watch", "v=ABC", True),
        ({"query": {"v": "abc"}}, "/watch", "v=%61bc", True),
        ({"query": {"v": "abc"}}, "/watch", "v=abcd", False),
        ({"query": {"v": "*"}}, "/watch", "v=", True),
        ({"query": {"v": "*"}}, "/watch", "w=1", False),
        ({"types": ("mp4", "apk")}, "/a/b.APK", "x=1", True),
        ({"types": ("mp4",)}, "/a.mp4/b", "", False),
        ({"types": ("mp4",)}, "/mp4", "", False),
        ({"words": ("casino",)}, "/x", "q=Live+CASINO", True),
        ({"words": ("cá độ",)}, "/t%C3%ACm/c%C3%A1%20%C4%91%E1%BB%99", "", True),
        ({"words": ("casino",)}, "/kasino", "", False),
        ({"pattern": r"^/(live|stream)/\d+"}, "/live/12", "", True),
        ({"pattern": r"id=\d+"}, "/x", "id=7", True),
        ({"path": "/watch", "query": {"list": "*"}}, "/watch", "v=1", False),
        ({"path": "/watch", "query": {"list": "*"}}, "/watch", "list=1", True),
    ],
)
def test_an_address_is_met_whatever_its_spelling(rule, path, query, met):
    assert meets(path, query, **rule) is met


def test_a_long_address_hides_nothing_from_a_pattern():
    hidden = "/" + "a" * 3 * STRETCH + "/casino/" + "b" * STRETCH
    assert meets(hidden, pattern="casino")
    assert meets("/" + "a" * 9000, pattern="casino"), "too long to be sure: stopped"
    rule = UrlRule(scope="everything", pattern="casino", effect="allow")
    assert not compile_url(rule).meets(address_of("/" + "a" * 9000, ""))


@pytest.mark.parametrize("cut", range(STRETCH - 8, STRETCH + 8))
def test_a_pattern_is_found_where_two_stretches_meet(cut):
    assert meets("/" + "a" * cut + "casino" + "b" * STRETCH, pattern="casino")


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_address_breaks_a_rule(path, query):
    meets(path, query, path="/x", query={"a": "b"}, types=("mp4",), pattern="a+", words=("b",))
    assert plain_path(plain_path("/" + path)).startswith("/")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(a+)+$", "repetition within"),
        ("(a*)*", "can be empty"),
        ("(a|a?)+", "can be empty"),
        ("([a-z]+)*x", "repetition within"),
        ("(.*a){20}", "repetition within"),
        ("(ab|abc)+d", "begin alike"),
        ("(ab|[ab]c)*d", "begin alike"),
        (r"(a)\1", "look back"),
        (r"(?P<x>a)(?P=x)", "look back"),
        ("(a)?(?(1)b|c)", "look back"),
        ("(?=a)b", "look ahead or behind"),
        ("(?<!a)b", "look ahead or behind"),
        (".*.*.*=", "too often"),
        ("a?" * 30 + "a" * 30, "too often"),
        ("(a|b)?" * 20, "too often"),
        ("x{1,500}x{1,500}x{1,500}", "too often"),
        ("a" * 201, "at most"),
        ("(", "not a regular expression"),
        ("[z-a]", "not a regular expression"),
        ("(?>a+)b", "not allowed"),
        ("a++b", "not allowed"),
    ],
)
def test_a_pattern_that_could_hang_is_refused_with_the_reason(pattern, said):
    sentence = refusal(pattern)
    assert sentence is not None
    assert said in sentence.message
    with pytest.raises(ValueError, match="pattern"):
        UrlRule(scope="service:youtube", pattern=pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^/shorts/[\w-]+$",
        r"\.(mp4|avi|mkv|exe)$",
        r"(free|hack)-robux",
        r"/\d{4}/\d{2}/",
        r"(foo|bar)+x",
        r"^.*casino.*",
        r"cá\s?độ",
    ],
)
def test_ordinary_patterns_are_taken(pattern):
    assert refusal(pattern) is None


PIECES = st.sampled_from(
    ("a", "b", ".", "[ab]", "\\w", "(a|b)", "(ab)", "a*", "a+", ".*", "a?", "(ab)+", "^", "$", "|")
)


@given(st.lists(PIECES, min_size=1, max_size=9).map("".join))
def test_no_pattern_that_is_taken_takes_long_on_the_worst_texts(pattern):
    if refusal(pattern):
        return
    rule = compile_url(UrlRule(scope="everything", pattern=pattern))
    for text in ("/" + "a" * (STRETCH - 2) + "!", "/" + "ab" * (STRETCH // 2 - 2) + "!"):
        begin = perf_counter()
        rule.meets(address_of(text, ""))
        assert perf_counter() - begin < 2, pattern


def test_a_rule_must_ask_something_and_a_path_begins_at_the_root():
    with pytest.raises(ValueError, match="Say what the address must have"):
        UrlRule(scope="service:youtube")
    with pytest.raises(ValueError, match="A path begins with /"):
        UrlRule(scope="service:youtube", path="shorts")


def test_only_hosts_of_a_rules_scope_are_opened():
    rules = family(urls=(SHORTS, UrlRule(scope="site:a.vn", words=("x",))))
    assert rules.opens("www.youtube.com", TUBE.known)
    assert rules.opens("b.a.vn")
    assert not rules.opens("c.vn")
    assert not rules.opens("a.vn", Known(never_open=True))
    assert judge(rules, TUBE).inside
    assert judge(rules, Visit("c.vn")).action is Action.PASS


def test_a_host_is_opened_and_then_judged_by_each_address():
    rules = family(urls=(SHORTS,))
    assert judge(rules, TUBE).action is Action.ALLOW
    verdict = judge(rules, at("/shorts/1"))
    assert (verdict.reason, verdict.rule, verdict.blocks) == (Reason.URL, "/shorts", True)
    assert judge(rules, at("/watch")).action is Action.ALLOW


def test_one_lesson_is_open_on_a_closed_site():
    lesson = UrlRule(scope="service:youtube", path="/watch", query={"v": "abc"}, effect="allow")
    rules = family(urls=(lesson,), services={"youtube": "block"}, hours=(hours("21:00", "06:00"),))
    assert judge(rules, TUBE).inside, "opened, to see what it is"
    assert judge(rules, at("/watch", query="v=abc")).reason is Reason.URL
    assert judge(rules, at("/watch", query="v=xyz")).reason is Reason.SERVICE
    assert judge(rules, at("/")).reason is Reason.SERVICE


def test_an_allowed_address_still_has_its_hours_and_its_wider_layers():
    lesson = UrlRule(scope="service:youtube", path="/watch", effect="allow")
    closed = family(urls=(lesson,), hours=(hours("11:00", "13:00"),))
    assert judge(closed, at("/watch")).reason is Reason.HOURS
    school = (Layer.SCHOOL, Policy(services={"youtube": "block"}))
    assert judge(book(school, (Layer.FAMILY, Policy(urls=(lesson,)))), at("/watch")).blocks


def test_a_block_is_stronger_than_an_allowance_of_the_same_address():
    allow = UrlRule(scope="service:youtube", path="/", effect="allow")
    assert judge(family(urls=(allow, SHORTS)), at("/shorts/1")).blocks


def test_a_rule_about_addresses_goes_with_the_safe_version():
    safe = Known(("video",), ("youtube",), safe={"youtube_strict": "restrict.youtube.com"})
    visit = TUBE._replace(known=safe)
    rules = family(urls=(SHORTS,), youtube=YouTube.STRICT)
    verdict = judge(rules, visit)
    assert (verdict.action, verdict.to, verdict.inside) == (
        *(Action.REWRITE, "restrict.youtube.com", True),
    )
    assert judge(rules, at("/shorts/1", visit)).blocks


def test_a_bank_is_not_opened_for_any_rule():
    bank = Visit("bank.vn", Known(("finance",), never_open=True))
    rules = family(urls=(UrlRule(scope="everything", words=("x",)),))
    assert judge(rules, bank).reason is Reason.NEVER_OPENED
    allow = UrlRule(scope="everything", path="/", effect="allow")
    closed = family(urls=(allow,), categories={"finance": "block"})
    assert judge(closed, bank).blocks


def test_a_grant_for_the_site_lifts_rules_about_its_addresses():
    rules = family(urls=(SHORTS,), grants=[granted("service:youtube")])
    assert judge(rules, at("/shorts/1")).reason is Reason.GRANT


def test_what_must_be_opened_is_stricter_than_what_may_be():
    must = judge(family(urls=(SHORTS,)), TUBE)
    may = judge(family(privacy="pages"), games())
    assert strictest([may, must]).inside


def test_a_floor_may_stand_under_a_list_of_the_same_policy_only():
    with pytest.raises(ValueError, match="There is no list"):
        Policy(floors=(Floor(scope="list:x"),))
