"""Each check alone, each pair of neighbours in the order, and how layers and grants meet."""

from datetime import UTC, datetime, timedelta

import pytest

from rules.compile import compile_layers
from rules.decide import strictest
from rules.policy import Pause, Policy, Privacy, YouTube
from rules.verdict import Action, Layer, Reason, Verdict
from rules.visit import Known, Visit
from tests.rules.kit import (
    MONDAY_NOON,
    book,
    daily,
    family,
    games,
    granted,
    hours,
    judge,
    local,
)

UNKNOWN = Visit("nowhere.vn")
NIGHT = hours("11:00", "13:00")
PAUSED = Pause(by="Mẹ")


@pytest.mark.parametrize(
    ("rules", "reason", "rule"),
    [
        ({}, Reason.DEFAULT, ""),
        ({"pause": PAUSED}, Reason.PAUSED, "Mẹ"),
        ({"hours": (NIGHT,)}, Reason.HOURS, "bedtime"),
        ({"block": ("vn",)}, Reason.BLOCK_LIST, "vn"),
        ({"allow": ("play.vn",)}, Reason.ALLOW_LIST, "play.vn"),
        ({"services": {"roblox": "block"}}, Reason.SERVICE, "service:roblox"),
        ({"services": {"roblox": "allow"}}, Reason.SERVICE, "service:roblox"),
        ({"categories": {"games": "block"}}, Reason.CATEGORY, "category:games"),
        ({"categories": {"games": "allow"}}, Reason.DEFAULT, ""),
        ({"unlisted": "block"}, Reason.DEFAULT, ""),
        ({"hours": (hours("11:00", "13:00", "x", "site:vn"),)}, Reason.HOURS, "x"),
        (
            {"hours": (hours("18:00", "20:00", "free", "category:games", effect="only"),)},
            Reason.HOURS,
            "free",
        ),
        ({"allowances": (daily("category:games", 60),)}, Reason.ALLOWANCE, "category:games"),
        ({"allowances": (daily("everything", 60),)}, Reason.ALLOWANCE, "everything"),
        ({"allowances": (daily("everything", 61),)}, Reason.DEFAULT, ""),
    ],
)
def test_each_check_answers_alone(rules, reason, rule):
    verdict = judge(family(**rules), games(services=("roblox",)), category_games=60, everything=60)
    assert (verdict.reason, verdict.rule, verdict.layer) == (reason, rule, Layer.FAMILY)


def test_an_unknown_site_is_stopped_where_only_known_ones_are_open():
    assert judge(family(unlisted="block"), UNKNOWN).reason is Reason.UNKNOWN_SITE
    assert not judge(family(unlisted="block"), games()).blocks
    assert not judge(family(unlisted="block", allow=["nowhere.vn"]), UNKNOWN).blocks


IN_ORDER = [
    ({"pause": PAUSED}, Reason.PAUSED),
    ({"hours": (NIGHT,)}, Reason.HOURS),
    ({"block": ("play.vn",)}, Reason.BLOCK_LIST),
    ({"services": {"roblox": "block"}}, Reason.SERVICE),
    ({"categories": {"games": "block"}}, Reason.CATEGORY),
    ({"hours": (hours("11:00", "13:00", "x", "category:games"),)}, Reason.HOURS),
    ({"allowances": (daily("category:games", 0),)}, Reason.ALLOWANCE),
]


@pytest.mark.parametrize("first", range(len(IN_ORDER)))
def test_the_earlier_check_answers_for_all_that_come_after(first):
    rules: dict[str, object] = {}
    for more, _ in reversed(IN_ORDER[first:]):
        rules = {**rules, **more}
    verdict = judge(family(**rules), games(services=("roblox",)))
    assert verdict.reason is IN_ORDER[first][1]


def test_hours_for_everything_are_asked_before_hours_for_a_category():
    both = (hours("11:00", "13:00", "x", "category:games"), NIGHT)
    assert judge(family(hours=both), games()).rule == "bedtime"


def test_of_two_closed_hours_the_one_that_ends_last_is_named():
    rules = family(hours=(hours("11:00", "12:30", "x"), hours("11:00", "13:00", "y")))
    assert judge(rules, games()).rule == "y"


@pytest.mark.parametrize(
    ("allow", "block", "host", "blocked"),
    [
        (["a.vn"], ["vn"], "b.a.vn", False),
        (["vn"], ["a.vn"], "b.a.vn", True),
        (["a.vn"], ["a.vn"], "a.vn", True),
        (["a.vn"], [], "aa.vn", True),
    ],
)
def test_the_longest_name_of_the_lists_wins_and_a_block_wins_a_tie(allow, block, host, blocked):
    rules = family(allow=allow, block=block, unlisted="block")
    assert judge(rules, Visit(host)).blocks is blocked


def test_an_allowed_site_is_open_in_a_blocked_category_but_not_at_bedtime():
    rules = family(allow=["play.vn"], categories={"games": "block"}, hours=[NIGHT])
    assert judge(rules, games(), local(14)).reason is Reason.ALLOW_LIST
    assert judge(rules, games(), local(12)).reason is Reason.HOURS


def test_an_allowed_service_still_has_its_minutes():
    rules = family(
        services={"roblox": "allow"},
        categories={"games": "block"},
        allowances=[daily("service:roblox", 30)],
    )
    visit = games(services=("roblox",))
    assert not judge(rules, visit, service_roblox=29).blocks
    assert judge(rules, visit, service_roblox=30).reason is Reason.ALLOWANCE


def test_one_blocked_service_or_category_among_several_blocks():
    rules = family(services={"roblox": "allow", "chat": "block"}, categories={"adult": "block"})
    assert judge(rules, Visit("x.vn", Known(services=("roblox", "chat")))).blocks
    assert judge(rules, Visit("x.vn", Known(categories=("games", "adult")))).blocks


def test_an_allowance_follows_the_day_of_the_week():
    rules = family(allowances=[daily("category:games", 0, 0, 0, 0, 0, 120, 120)])
    assert judge(rules, games(), local(10, day=27)).blocks
    assert not judge(rules, games(), local(10, day=28), category_games=119).blocks


def test_of_several_spent_allowances_the_smallest_is_named():
    rules = family(allowances=[daily("everything", 90), daily("category:games", 30)])
    verdict = judge(rules, games(), everything=95, category_games=40)
    assert (verdict.rule, verdict.used, verdict.limit) == ("category:games", 40, 30)


def test_learning_never_waits_for_tomorrow_unless_it_has_an_allowance_of_its_own():
    school = Visit("hoc.vn", Known(categories=("learning",)))
    rules = family(allowances=[daily("everything", 60)])
    assert not judge(rules, school, everything=500).blocks
    assert judge(rules, games(), everything=500).blocks
    own = family(allowances=[daily("category:learning", 60)])
    assert judge(own, school, category_learning=60).blocks


def test_a_pause_ends_by_itself():
    rules = family(pause=Pause(by="Mẹ", until=MONDAY_NOON + timedelta(minutes=10)))
    assert judge(rules, games()).until == MONDAY_NOON + timedelta(minutes=10)
    assert not judge(rules, games(), MONDAY_NOON + timedelta(minutes=10)).blocks


# Grants.

TIME_RULES = {
    "pause": PAUSED,
    "hours": (NIGHT, hours("11:00", "13:00", "x", "category:games")),
    "allowances": (daily("everything", 0), daily("category:games", 0)),
}


@pytest.mark.parametrize("scope", ["everything", "category:games", "service:roblox", "site:vn"])
def test_a_grant_lifts_every_rule_about_time(scope):
    rules = family(**TIME_RULES, grants=[granted(scope)])
    verdict = judge(rules, games(services=("roblox",)))
    assert (verdict.action, verdict.reason, verdict.rule) == (Action.PASS, Reason.GRANT, scope)
    assert verdict.until == MONDAY_NOON + timedelta(minutes=30)


def test_a_grant_for_something_else_lifts_nothing():
    rules = family(**TIME_RULES, grants=[granted("category:video"), granted("site:lay.vn")])
    assert judge(rules, games()).blocks


@pytest.mark.parametrize("scope", ["category:games", "service:roblox", "site:play.vn"])
def test_a_grant_for_something_lifts_lists_and_choices(scope):
    rules = family(
        block=["play.vn"],
        services={"roblox": "block"},
        categories={"games": "block"},
        grants=[granted(scope)],
    )
    assert judge(rules, games(services=("roblox",))).reason is Reason.GRANT


def test_a_grant_for_everything_lifts_no_list_and_no_choice():
    for rules in ({"block": ("play.vn",)}, {"categories": {"games": "block"}}):
        assert judge(family(**rules, grants=[granted()]), games()).blocks


def test_an_hour_of_games_opens_no_gambling_site_that_has_games():
    rules = {"categories": {"games": "block", "gambling": "block"}}
    visit = Visit("casino.vn", Known(categories=("games", "gambling")))
    both = [granted("category:games"), granted("category:gambling", minutes=10)]
    assert judge(family(**rules, grants=both[:1]), visit).rule == "category:gambling"
    verdict = judge(family(**rules, grants=both), visit)
    assert verdict.reason is Reason.GRANT
    assert verdict.until == MONDAY_NOON + timedelta(minutes=10)


def test_a_grant_waits_for_its_beginning():
    rules = family(pause=PAUSED, grants=[granted(after=20)])
    verdict = judge(rules, games())
    assert verdict.reason is Reason.PAUSED
    assert verdict.until == MONDAY_NOON + timedelta(minutes=20)


def test_a_grant_is_over_in_the_moment_it_ends():
    rules = family(pause=PAUSED, grants=[granted(minutes=30)])
    end = MONDAY_NOON + timedelta(minutes=30)
    assert not judge(rules, games(), end - timedelta(microseconds=1)).blocks
    assert judge(rules, games(), end).blocks


@pytest.mark.parametrize(
    ("giver", "blocking", "lifted"),
    [
        (Layer.FAMILY, Layer.CHILD, True),
        (Layer.FAMILY, Layer.FAMILY, True),
        (Layer.FAMILY, Layer.SCHOOL, False),
        (Layer.CLASS, Layer.SCHOOL, False),
        (Layer.CITY, Layer.CITY, True),
        (Layer.CITY, Layer.CHILD, False),
        (Layer.SCHOOL, Layer.CLASS, False),
        (Layer.CLASS, Layer.CLASS, True),
        (Layer.CLASS, Layer.FAMILY, False),
        (Layer.CLASS, Layer.CHILD, False),
        (Layer.CHILD, Layer.FAMILY, False),
        (Layer.HOUSE, Layer.CHILD, False),
    ],
)
def test_a_grant_lifts_the_layer_of_its_giver_and_a_familys_the_childs_own(giver, blocking, lifted):
    rules = book((blocking, Policy(pause=PAUSED)), grants=[granted(layer=giver)])
    assert judge(rules, games()).blocks is not lifted


# Layers.


def test_the_widest_of_several_blocks_is_named():
    rules = book(
        (Layer.SCHOOL, Policy()),
        (Layer.CLASS, Policy(categories={"games": "block"})),
        (Layer.FAMILY, Policy(pause=PAUSED)),
    )
    assert judge(rules, games()).layer is Layer.CLASS


def test_no_narrower_layer_opens_what_a_wider_one_blocks():
    rules = book(
        (Layer.SCHOOL, Policy(categories={"games": "block"})),
        (Layer.CHILD, Policy(allow=["play.vn"])),
    )
    assert judge(rules, games()).layer is Layer.SCHOOL


def test_what_one_layer_allows_another_may_still_block():
    rules = book(
        (Layer.SCHOOL, Policy(allow=["play.vn"])),
        (Layer.CHILD, Policy(categories={"games": "block"})),
    )
    assert judge(rules, games()).reason is Reason.CATEGORY


def test_what_goes_on_names_the_widest_layer_that_has_something_to_say():
    rules = book((Layer.SCHOOL, Policy()), (Layer.CHILD, Policy(allow=["play.vn"])))
    verdict = judge(rules, games())
    assert (verdict.reason, verdict.layer) == (Reason.ALLOW_LIST, Layer.CHILD)
    assert judge(rules, UNKNOWN).layer is Layer.SCHOOL


def test_a_child_without_any_policy_is_stopped():
    assert judge(book(), games()).reason is Reason.NO_POLICY


# The house.


def test_a_helpline_is_never_stopped():
    everything_closed = family(**TIME_RULES, block=["help.vn"], unlisted="block")
    help_visit = Visit("help.vn", Known(never_block=True))
    assert judge(everything_closed, help_visit).reason is Reason.HELPLINE
    assert judge(book(), help_visit).reason is Reason.HELPLINE


CHECK = Visit("captive.vn", Known(categories=("system",), network_check=True))


@pytest.mark.parametrize(
    "rules",
    [
        {"pause": PAUSED},
        {"hours": [hours("00:00", "23:59")]},
        {"allowances": [daily("everything", 0)]},
        {"categories": {"system": "block"}, "unlisted": "block"},
        {"block": ["vn"]},
        {"privacy": "pages"},
    ],
)
def test_a_device_may_always_ask_whether_there_is_a_network(rules):
    verdict = judge(family(**rules), CHECK)
    assert (verdict.action, verdict.reason) == (Action.PASS, Reason.NETWORK_CHECK)


def test_a_network_check_stops_where_an_adult_stopped_just_this_name():
    assert judge(family(block=["captive.vn"]), CHECK).reason is Reason.BLOCK_LIST
    wide = book((Layer.SCHOOL, Policy(block=["captive.vn"])), (Layer.CHILD, Policy()))
    assert judge(wide, CHECK).layer is Layer.SCHOOL


def test_without_any_policy_not_even_a_network_check_passes():
    assert judge(book(), CHECK).reason is Reason.NO_POLICY


def test_a_bank_is_never_opened_but_may_be_stopped():
    bank = Visit("bank.vn", Known(categories=("finance",), never_open=True))
    verdict = judge(family(privacy="pages", allow=["bank.vn"]), bank)
    assert (verdict.action, verdict.reason) == (Action.PASS, Reason.NEVER_OPENED)
    assert judge(family(block=["bank.vn"]), bank).blocks
    with_search = Visit("bank.vn", Known(never_open=True, safe={"search": "safe.vn"}))
    assert judge(family(safe_search=True), with_search).action is Action.PASS


def test_pages_are_written_down_only_where_they_are_opened():
    assert judge(family(privacy="pages"), games()).action is Action.ALLOW
    assert judge(family(privacy="sites"), games()).action is Action.PASS


def test_the_narrowest_layer_decides_how_much_is_written_down():
    rules = book(
        (Layer.SCHOOL, Policy(privacy=Privacy.PAGES)), (Layer.CHILD, Policy(privacy="counts"))
    )
    assert rules.privacy is Privacy.COUNTS


SEARCH = Visit("google.com", Known(categories=("search",), safe={"search": "safe.google.com"}))
VIDEO = Visit(
    "youtube.com", Known(safe={"youtube_moderate": "moderate.vn", "youtube_strict": "strict.vn"})
)


def test_search_goes_to_its_safe_host_without_being_opened():
    verdict = judge(family(safe_search=True, privacy="pages"), SEARCH)
    assert (verdict.action, verdict.reason, verdict.to) == (
        Action.REWRITE,
        Reason.SAFE_SEARCH,
        "safe.google.com",
    )
    assert judge(family(), SEARCH).action is Action.PASS
    assert judge(family(safe_search=True, pause=PAUSED), SEARCH).blocks


def test_safe_search_outlives_a_grant():
    rules = family(safe_search=True, grants=[granted("category:search")])
    assert judge(rules, SEARCH).action is Action.REWRITE


@pytest.mark.parametrize(
    ("wide", "own", "to"),
    [("off", "off", ""), ("off", "moderate", "moderate.vn"), ("strict", "moderate", "strict.vn")],
)
def test_the_strictest_youtube_filter_of_all_layers_holds(wide, own, to):
    layers = (
        (Layer.SCHOOL, Policy(youtube=YouTube(wide))),
        (Layer.CHILD, Policy(youtube=YouTube(own))),
    )
    assert judge(book(*layers), VIDEO).to == to


def test_youtube_falls_back_to_the_filter_that_exists():
    only_moderate = Visit("y.vn", Known(safe={"youtube_moderate": "moderate.vn"}))
    assert judge(family(youtube="strict"), only_moderate).to == "moderate.vn"


def test_a_visit_to_the_safe_host_itself_needs_no_rewriting():
    visit = Visit("safe.vn", Known(safe={"search": "safe.vn"}))
    assert judge(family(safe_search=True), visit).action is Action.PASS


# Until when.


def test_until_is_the_next_bedtime():
    rules = family(hours=[hours("21:00", "06:30")])
    assert judge(rules, UNKNOWN, local(12)).until == local(21)
    assert judge(rules, UNKNOWN, local(22)).until == local(6, 30, day=24)


def test_until_is_the_moment_an_allowance_could_be_spent():
    rules = family(allowances=[daily("category:games", 60)])
    assert judge(rules, games(), category_games=50).until == MONDAY_NOON + timedelta(minutes=10)
    assert judge(rules, games(), category_games=60).until == local(0, day=24)
    assert judge(rules, games(), local(23, 50)).until == local(0, day=24)
    assert judge(rules, UNKNOWN).until is None


def test_a_bedtime_keeps_its_end_though_a_wider_layer_counts_minutes():
    rules = book(
        (Layer.FAMILY, Policy(allowances=[daily("everything", 120)])),
        (Layer.CHILD, Policy(hours=[hours("21:00", "06:30")])),
    )
    verdict = judge(rules, games(), local(22), everything=110)
    assert verdict.reason is Reason.HOURS
    assert verdict.until == local(6, 30, day=24)


def test_a_bedtime_keeps_its_end_though_other_hours_begin_before_it():
    rules = family(hours=[hours("21:00", "06:30"), hours("05:00", "06:00", "study")])
    assert judge(rules, games(), local(22)).until == local(6, 30, day=24)


def test_hours_of_a_category_do_not_disturb_other_visits():
    rules = family(hours=[hours("13:00", "14:00", "x", "category:video")])
    assert judge(rules, games()).until is None


def test_a_rule_without_time_holds():
    assert judge(family(categories={"games": "block"}), games()).until is None


def test_bedtime_ends_when_the_wall_clock_says_so_though_clocks_change_in_the_night():
    rules = book((Layer.FAMILY, Policy(hours=[hours("21:00", "06:30")])), zone="Europe/Berlin")
    eve = datetime(2026, 10, 24, 21, 0, tzinfo=UTC)
    assert judge(rules, UNKNOWN, eve).until == datetime(2026, 10, 25, 5, 30, tzinfo=UTC)


def test_now_may_come_in_any_zone():
    rules = family(hours=[hours("21:00", "06:30")])
    assert judge(rules, UNKNOWN, local(22).astimezone()).blocks


# Several names of one connection.


def test_the_strictest_verdict_on_several_names_wins():
    block = Verdict(Action.BLOCK, Reason.CATEGORY, Layer.CHILD)
    rewrite = Verdict(Action.REWRITE, Reason.SAFE_SEARCH)
    bank = Verdict(Action.PASS, Reason.NEVER_OPENED)
    opened = Verdict(Action.ALLOW, Reason.DEFAULT)
    passed = Verdict(Action.PASS, Reason.DEFAULT)
    order = [passed, opened, bank, rewrite, block]
    for index, verdict in enumerate(order):
        assert strictest(order[: index + 1]) == verdict
        assert strictest(reversed(order[: index + 1])) == verdict


def test_what_goes_on_under_several_names_is_judged_again_when_the_first_may_change():
    early = Verdict(Action.PASS, Reason.DEFAULT, until=MONDAY_NOON)
    late = Verdict(Action.ALLOW, Reason.DEFAULT, until=MONDAY_NOON + timedelta(hours=1))
    assert strictest([late, early]).until == MONDAY_NOON
    assert strictest([late, early]).action is Action.ALLOW


def test_a_stop_is_not_shortened_by_what_was_asked_after_it():
    bedtime = Verdict(Action.BLOCK, Reason.HOURS, until=MONDAY_NOON + timedelta(hours=9))
    early = Verdict(Action.PASS, Reason.DEFAULT, until=MONDAY_NOON)
    assert strictest([bedtime, early]) == bedtime
    assert strictest([early, bedtime]) == bedtime._replace(until=MONDAY_NOON)


def test_guests_have_rules_of_their_own():
    rules = compile_layers(((Layer.FAMILY, Policy(categories={"games": "block"})),), "UTC")
    assert judge(rules, games()).blocks
