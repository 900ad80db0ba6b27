"""What must hold for all rules, visits and moments, searched for by hypothesis."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rules.decide import strictest
from rules.explain import trace
from rules.policy import Applies, Choice, Policy
from rules.scope import EVERYTHING
from rules.verdict import Action, Layer
from rules.visit import Known, Visit
from tests.rules.kit import (
    LAYERS,
    ZONES,
    Case,
    book,
    cases,
    floors,
    grants,
    judge,
    moments,
    policies,
    weekly_hours,
)

# A busy machine makes cases slowly; that says nothing about the rules.
MANY = settings(suppress_health_check=[HealthCheck.too_slow])
AN_INSTANT = timedelta(microseconds=1)


def gist(verdict):
    return verdict.action, verdict.reason, verdict.layer


def everything(case: Case):
    return [grant.model_copy(update={"scope": EVERYTHING}) for grant in case.grants]


@MANY
@given(cases, st.lists(st.floats(0, 1), min_size=8, max_size=8))
def test_nothing_changes_before_until(case, parts):
    rules = case.book()
    verdict = case.judge(rules)
    end = verdict.until or case.now + timedelta(days=9)
    assert end > case.now
    for part in (*parts, 1):
        then = min(case.now + (end - case.now) * part, end - AN_INSTANT)
        assert gist(case.judge(rules, then)) == gist(verdict), then


@MANY
@given(st.lists(cases, min_size=2, max_size=3), st.lists(st.floats(0, 1), min_size=6, max_size=6))
def test_nothing_of_several_names_or_children_changes_before_until(asked, parts):
    books, now = [case.book() for case in asked], asked[0].now

    def all_judged(at):
        judged = [case.judge(rules, at) for case, rules in zip(asked, books, strict=True)]
        return strictest(judged)

    verdict = all_judged(now)
    end = verdict.until or now + timedelta(days=9)
    assert end > now
    for part in (*parts, 1):
        then = min(now + (end - now) * part, end - AN_INSTANT)
        assert gist(all_judged(then)) == gist(verdict), then


@MANY
@given(weekly_hours, st.sampled_from(ZONES), moments)
def test_hours_turn_exactly_at_until(hours, zone, now):
    policy = Policy(hours=(hours.model_copy(update={"scope": EVERYTHING}),))
    rules = book((Layer.FAMILY, policy), zone=zone)
    verdict = judge(rules, Visit("a.vn"), now)
    if verdict.until is not None:
        assert judge(rules, Visit("a.vn"), verdict.until).blocks is not verdict.blocks


@MANY
@given(cases, policies, st.sampled_from(LAYERS))
def test_one_more_layer_never_opens_anything(case, policy, layer):
    assume(layer not in dict(case.layers))
    more = sorted([*case.layers, (layer, policy)], key=lambda pair: LAYERS.index(pair[0]))
    before, after = case.judge(), case.judge(case.book(more))
    assert after.blocks or not before.blocks
    if before.action is Action.REWRITE:
        assert after.action in (Action.REWRITE, Action.BLOCK)


@MANY
@given(cases, grants, st.integers(0, 10**6))
def test_a_grant_is_nothing_outside_its_time(case, grant, seconds):
    granted, without = case.book(grants=[grant]), case.book(grants=[])
    for moment in (grant.until, grant.until + timedelta(seconds=seconds)):
        assert case.judge(granted, moment) == case.judge(without, moment)
    early = grant.since - timedelta(seconds=seconds) - AN_INSTANT
    assert gist(case.judge(granted, early)) == gist(case.judge(without, early))


@MANY
@given(cases, grants)
def test_a_grant_never_stops_anything(case, grant):
    if case.judge(case.book(grants=[grant])).blocks:
        assert case.judge(case.book(grants=[])).blocks


def timeless(policy: Policy) -> Policy:
    return policy.model_copy(update={"hours": (), "allowances": (), "pause": None})


@MANY
@given(cases)
def test_a_grant_for_everything_opens_only_what_time_closed(case):
    layers = [(layer, timeless(policy)) for layer, policy in case.layers]
    if case.judge(case.book(layers, grants=[])).blocks:
        assert case.judge(case.book(grants=everything(case))).blocks


@MANY
@given(cases, policies, st.sampled_from(LAYERS), moments)
def test_a_grant_for_everything_never_opens_a_blocked_category(case, policy, layer, now):
    blocking = policy.model_copy(
        update={
            "categories": {"adult": Choice.BLOCK},
            "allow": (),
            "services": {},
            "urls": (),
            "applies": Applies(),
        }
    )
    rules = case.book([(layer, blocking)], grants=everything(case))
    adult = replace(case, visit=Visit("x.vn", Known(("games", "adult"))))
    assert adult.judge(rules, now).blocks


@MANY
@given(cases, grants)
def test_a_grant_lifts_nothing_of_another_layer(case, grant):
    others = [(layer, rules) for layer, rules in case.layers if not is_for(grant.layer, layer)]
    assume(others)
    if case.judge(case.book(others, grants=[])).blocks:
        assert case.judge(case.book(grants=[grant])).blocks


def is_for(giver: Layer, layer: Layer) -> bool:
    return giver is layer or (giver, layer) == (Layer.FAMILY, Layer.CHILD)


def is_wider(layer: Layer, than: Layer) -> bool:
    return LAYERS.index(layer) < LAYERS.index(than)


@MANY
@given(cases, grants, floors)
def test_a_floor_takes_from_narrower_grants_and_gives_nothing(case, grant, floor):
    widest, policy = case.layers[0]
    floored = policy.model_copy(update={"floors": (floor.model_copy(update={"minutes": 0}),)})
    layers = [(widest, floored), *case.layers[1:]]
    if case.judge(case.book(grants=[grant])).blocks:
        assert case.judge(case.book(layers, grants=[grant])).blocks
    if is_wider(widest, grant.layer) and floor.scope == EVERYTHING:
        held = replace(case, layers=((widest, unconditional(floored)), *case.layers[1:]))
        assert held.judge(held.book(grants=[grant])) == held.judge(held.book(grants=[]))


def unconditional(policy: Policy) -> Policy:
    return policy.model_copy(update={"applies": Applies()})


@MANY
@given(cases)
def test_a_rule_about_addresses_opens_only_hosts_of_its_scope(case):
    rules = case.book()
    if case.judge(rules).inside:
        assert rules.opens(case.visit.host, case.visit.known)
    without = [(layer, policy.model_copy(update={"urls": ()})) for layer, policy in case.layers]
    assert not case.judge(case.book(without)).inside


@MANY
@given(cases)
def test_banks_and_helplines_are_safe_from_all_rules(case):
    categories = case.visit.known.categories
    bank = replace(case, visit=Visit("a.vn", Known(categories, (), True, safe={"search": "s.vn"})))
    assert bank.judge().action in (Action.PASS, Action.BLOCK)
    helpline = replace(case, visit=Visit("a.vn", Known(categories, never_block=True)))
    assert helpline.judge().action is Action.PASS


@MANY
@given(cases)
def test_the_widest_layer_whose_trace_ends_in_a_block_gives_the_verdict(case):
    rules = case.book()
    steps = trace(rules, case.visit, case.now, case.spent)
    verdict = case.judge(rules)
    assert steps[-1].verdict == verdict
    endings = [ending(steps, layer) for layer, _ in case.layers]
    blocks = [gist(answer) for answer in endings if answer is not None and answer.blocks]
    assert blocks[:1] == ([gist(verdict)] if verdict.blocks else [])


def ending(steps, layer):
    """Find the answer that ends a layer's walk."""
    of_layer = [step for step in steps[:-1] if step.layer == layer and step.verdict]
    return next((s.verdict for s in of_layer if s.verdict.blocks or s.check == "grant"), None)
