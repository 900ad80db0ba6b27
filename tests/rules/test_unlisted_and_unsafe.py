"""Search engines without a safe mode, and sites that only their own pages tell of."""

import pytest

from rules.policy import Policy
from rules.presets import PRESETS
from rules.verdict import Action, Layer, Reason
from rules.visit import Known, Visit
from tests.rules.kit import book, family, judge

UNKNOWN = Visit("unknown.example")
COCCOC = Visit(
    "coccoc.com", Known(categories=("search",), services=("coccoc",), unsafe="engine:coccoc")
)
EXPLICIT = Visit("explicit.bing.net", Known(services=("bing",), unsafe="explicit:bing-explicit"))


def test_where_search_is_safe_an_engine_without_a_safe_mode_is_closed_by_name():
    verdict = judge(family(safe_search=True), COCCOC)
    assert (verdict.blocks, verdict.reason, verdict.rule) == (
        True,
        Reason.UNSAFE_SEARCH,
        "engine:coccoc",
    )


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"safe_search": True, "unsafe_search": "allow"},
        {"safe_search": True, "allow": ["coccoc.com"]},
        {"safe_search": True, "services": {"coccoc": "allow"}},
    ],
)
def test_such_an_engine_is_open_where_an_adult_wants_it(rules):
    assert not judge(family(**rules), COCCOC).blocks


def test_what_a_safe_mode_hides_is_closed_whatever_is_allowed_of_the_engine():
    rules = {"services": {"bing": "allow"}, "unsafe_search": "allow"}
    assert judge(family(safe_search=True, **rules), EXPLICIT).reason is Reason.UNSAFE_SEARCH
    assert not judge(family(**rules), EXPLICIT).blocks


def test_one_layer_that_closes_such_engines_is_enough():
    layers = (
        (Layer.SCHOOL, Policy(safe_search=True)),
        (Layer.FAMILY, Policy(safe_search=True, unsafe_search="allow")),
    )
    assert judge(book(*layers), COCCOC).layer is Layer.SCHOOL
    assert not judge(book(layers[1]), COCCOC).blocks


def test_pages_of_unlisted_sites_are_read_only_where_a_policy_wants_it():
    verdict = judge(family(read_pages=True), UNKNOWN)
    assert (verdict.action, verdict.reads, verdict.inside) == (Action.ALLOW, True, False)
    assert judge(family(), UNKNOWN).action is Action.PASS
    assert family(read_pages=True).opens("unknown.example")
    assert not family().opens("unknown.example")


@pytest.mark.parametrize(
    "known",
    [
        Known(categories=("news",)),
        Known(services=("zalo",)),
        Known(never_open=True),
        Known(never_block=True),
        Known(read=True),
        Known(categories=("gambling",), looks=("nhà cái",)),
    ],
)
def test_what_is_known_or_was_read_is_not_opened_for_reading(known):
    rules = family(read_pages=True)
    verdict = judge(rules, Visit("some.example", known))
    assert (verdict.action, verdict.reads) == (Action.PASS, False)
    assert not rules.opens("some.example", known)


def test_a_site_that_looks_like_something_blocked_is_stopped_with_its_own_reason():
    looks = Visit("bong.example", Known(categories=("gambling",), looks=("nhà cái",)))
    verdict = judge(family(categories={"gambling": "block"}), looks)
    assert (verdict.reason, verdict.rule) == (Reason.LOOKS_LIKE, "category:gambling")
    assert not judge(family(), looks).blocks
    allowed = family(categories={"gambling": "block"}, allow=["bong.example"])
    assert not judge(allowed, looks).blocks


def test_what_only_its_pages_say_makes_no_site_a_known_one():
    looks = Visit("bong.example", Known(categories=("gambling",), looks=("nhà cái",)))
    assert judge(family(unlisted="block"), looks).reason is Reason.UNKNOWN_SITE


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111"])
def test_a_connection_that_names_no_site_is_closed_only_where_a_policy_wants_names(address):
    visit = Visit(address)
    assert not judge(family(), visit).blocks
    assert judge(family(unnamed="block"), visit).reason is Reason.UNNAMED
    assert judge(family(unnamed="block", unlisted="block"), visit).reason is Reason.UNNAMED
    assert not judge(family(unnamed="block", allow=[address]), visit).blocks


@pytest.mark.parametrize("host", ["unknown.example", "192.168.1.10", "fd00::1", "1.example"])
def test_names_and_addresses_at_home_are_no_matter_of_that(host):
    assert not judge(family(unnamed="block"), Visit(host)).blocks


@pytest.mark.parametrize("name", PRESETS)
def test_only_up_to_eleven_a_name_is_wanted(name):
    policy = PRESETS[name].model_copy(update={"hours": ()})
    verdict = judge(book((Layer.FAMILY, policy)), Visit("93.184.216.34"))
    assert verdict.blocks == (name in {"little", "child"})
