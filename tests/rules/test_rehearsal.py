"""Rehearsal: what rules would have done on the days gone by."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from rules.earn import Credit, Exchange
from rules.family import Grant
from rules.minutes import mark
from rules.policy import Allowance, Choice, Hours, Pause, Policy, Window
from rules.rehearsal import rehearse, with_draft
from rules.rehearsed import DayRecord, HostCount, Seen
from rules.verdict import Layer, Reason
from rules.visit import Known

MONDAY = date(2026, 11, 23)
ZONE = "Asia/Ho_Chi_Minh"
HOSTS = {
    "roblox.com": Known(("games",), ("roblox",)),
    "minecraft.net": Known(("games",), ("minecraft",)),
    "vioedu.vn": Known(("learning",)),
}


def known(host: str) -> Known:
    return HOSTS.get(host, Known())


def scopes(host: str) -> list[str]:
    about = known(host)
    found = [f"category:{name}" for name in about.categories]
    found += [f"service:{name}" for name in about.services]
    return found if "learning" in about.categories else [*found, "everything"]


def day(*used: tuple[str, str, int], at: date = MONDAY, blocked: bool = False) -> DayRecord:
    """A day on which sites were used from a time on, for so many minutes, one visit a minute."""
    seen: list[Seen] = []
    bits: dict[str, int] = {}
    midnight = datetime(at.year, at.month, at.day, tzinfo=UTC) - timedelta(hours=7)
    for host, start, minutes in used:
        hour, minute = map(int, start.split(":"))
        for step in range(hour * 60 + minute, hour * 60 + minute + minutes):
            seen.append(Seen(int(midnight.timestamp()) // 60 + step, host, blocked=blocked))
            for scope in [] if blocked else scopes(host):
                bits[scope] = mark(bits.get(scope, 0), step)
    return DayRecord(at, sorted(seen), bits)


def played(policy: Policy, *days: DayRecord):
    return rehearse(((Layer.CHILD, policy),), ZONE, days, known)


def games(minutes: int, **more) -> Allowance:
    return Allowance(scope="category:games", minutes=(minutes,) * 7, **more)


def test_rules_that_stop_nothing_stop_nothing() -> None:
    found = played(Policy(), day(("roblox.com", "17:00", 30), ("vioedu.vn", "19:00", 20)))
    assert (found.visits, found.stopped, found.newly_open, found.causes) == (50, 0, 0, ())


def test_an_allowance_runs_out_in_the_rehearsal_too_and_nothing_is_left() -> None:
    found = played(Policy(allowances=(games(20),)), day(("roblox.com", "17:00", 30)))
    (cause,) = found.causes
    assert (cause.reason, cause.rule, cause.visits) == (Reason.ALLOWANCE, "category:games", 10)
    assert cause.hosts == (HostCount(host="roblox.com", visits=10),)
    assert found.days[0].left == {"category:games": 0}
    assert found.days[0].minutes_lost == 10
    enough = played(Policy(allowances=(games(45),)), day(("roblox.com", "17:00", 30)))
    assert enough.days[0].left == {"category:games": 15}


def test_minutes_that_bedtime_would_have_stopped_do_not_use_up_the_allowance() -> None:
    nap = Hours(name="nap", windows=(Window(start="12:00", end="13:00"),))
    policy = Policy(hours=(nap,), allowances=(games(20),))
    found = played(policy, day(("roblox.com", "12:30", 30), ("roblox.com", "17:00", 20)))
    assert [(cause.reason, cause.visits) for cause in found.causes] == [(Reason.HOURS, 30)]
    assert found.days[0].left == {"category:games": 0}


def test_two_sites_at_once_use_a_minute_once_and_one_stopped_does_not_free_it() -> None:
    policy = Policy(services={"minecraft": Choice.BLOCK}, allowances=(games(30),))
    found = played(policy, day(("roblox.com", "17:00", 10), ("minecraft.net", "17:00", 10)))
    assert found.stopped == 10
    assert found.days[0].left == {"category:games": 20}
    assert found.days[0].minutes_lost == 0


def test_learning_that_would_have_been_stopped_is_named() -> None:
    policy = Policy(unlisted=Choice.BLOCK, categories={"learning": Choice.BLOCK})
    found = played(policy, day(("vioedu.vn", "19:00", 20), ("other.example", "19:00", 5)))
    assert found.learning == (HostCount(host="vioedu.vn", visits=20),)
    assert (found.learning_visits, found.stopped) == (20, 25)


def test_what_was_stopped_then_and_would_be_open_now_is_counted_apart() -> None:
    tried = day(("roblox.com", "17:00", 5), blocked=True)
    assert played(Policy(), tried).newly_open == 5
    still = played(Policy(categories={"games": Choice.BLOCK}), tried)
    assert (still.stopped, still.newly_stopped, still.newly_open) == (5, 0, 0)
    open_then = played(Policy(categories={"games": Choice.BLOCK}), day(("roblox.com", "17:00", 5)))
    assert (open_then.stopped, open_then.newly_stopped) == (5, 5)


def test_a_week_has_its_minutes_together_and_begins_anew_on_monday() -> None:
    week = Policy(allowances=(games(60, week=50),))
    days = [
        day(("roblox.com", "17:00", 20), at=MONDAY + timedelta(days=number)) for number in range(8)
    ]
    found = played(week, *days)
    assert [one.stopped for one in found.days] == [0, 0, 10, 20, 20, 20, 20, 0]
    assert found.days[0].left == {"category:games": 30}
    assert found.days[7].left == {"category:games": 30}


def test_each_service_of_a_category_has_its_own_minutes() -> None:
    policy = Policy(allowances=(games(15, per_service=True),))
    found = played(policy, day(("roblox.com", "17:00", 20), ("minecraft.net", "18:00", 10)))
    assert found.stopped == 5
    assert found.days[0].left["service:minecraft"] == 5
    assert found.days[0].left["service:roblox"] == 0


def test_minutes_of_a_site_follow_from_its_visits() -> None:
    policy = Policy(allowances=(Allowance(scope="site:other.example", minutes=(5,) * 7),))
    found = played(policy, day(("www.other.example", "17:00", 8)))
    assert (found.stopped, found.days[0].left) == (3, {"site:other.example": 0})


def test_a_pause_of_the_draft_belongs_to_its_day() -> None:
    assert played(Policy(pause=Pause(by="Ana")), day(("roblox.com", "17:00", 5))).stopped == 0


def test_where_no_sites_are_written_down_their_category_is_judged() -> None:
    seen = [Seen(29_000_000, "", category="games"), Seen(29_000_000, "", category="news")]
    record = DayRecord(date(2025, 2, 19), seen, {})
    found = played(Policy(categories={"games": Choice.BLOCK}), record)
    assert (found.visits, found.stopped) == (2, 1)


def test_a_draft_takes_the_place_of_its_own_layer_only() -> None:
    city, old, new = Policy(block=("a.example",)), Policy(), Policy(block=("b.example",))
    layers = with_draft(((Layer.CITY, city), (Layer.CHILD, old)), new)
    assert layers == ((Layer.CITY, city), (Layer.CHILD, new))
    assert with_draft((), new) == ((Layer.CHILD, new),)
    family = with_draft(((Layer.CITY, city), (Layer.CHILD, old)), new, Layer.FAMILY)
    assert [layer for layer, _ in family] == [Layer.CITY, Layer.FAMILY, Layer.CHILD]


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 90))
def test_more_minutes_never_stop_more(less, more, used) -> None:
    less, more = sorted((less, more))
    record = day(("roblox.com", "15:00", used))
    strict, generous = (
        played(Policy(allowances=(games(minutes),)), record) for minutes in (less, more)
    )
    assert strict.stopped >= generous.stopped == max(0, used - more)


def test_minutes_left_over_are_there_the_next_day_and_gone_on_monday() -> None:
    carrying = Policy(allowances=(games(20, carry=10),))
    days = [
        day(("roblox.com", "17:00", minutes), at=MONDAY + timedelta(days=number))
        for number, minutes in enumerate((5, 40, 20, 20, 20, 20, 0, 40))
    ]
    found = played(carrying, *days)
    assert [one.stopped for one in found.days] == [0, 10, 0, 0, 0, 0, 0, 20]
    assert found.days[0].left == {"category:games": 15}
    assert found.days[6].left == {"category:games": 20}


def on(record: DayRecord, *, grants=(), gifts=()) -> DayRecord:
    return replace(record, grants=tuple(grants), credits=tuple(gifts))


def grant(start: str, minutes: int, scope="everything", at: date = MONDAY) -> Grant:
    hour, minute = map(int, start.split(":"))
    since = datetime(at.year, at.month, at.day, hour, minute, tzinfo=UTC) - timedelta(hours=7)
    until = since + timedelta(minutes=minutes)
    return Grant(id=uuid4(), child_id=uuid4(), scope=scope, since=since, until=until, by="Ana")


def test_what_a_grant_had_opened_stays_open_and_only_so_long() -> None:
    nap = Hours(name="nap", windows=(Window(start="12:00", end="13:00"),))
    evening = day(("roblox.com", "12:10", 30))
    granted = on(evening, grants=[grant("12:15", 20)])
    assert played(Policy(hours=(nap,)), evening).stopped == 30
    found = played(Policy(hours=(nap,)), granted)
    assert (found.stopped, found.days[0].minutes_lost) == (10, 10)


def test_a_grant_of_one_day_opens_nothing_on_the_next() -> None:
    no_games = Policy(categories={"games": Choice.BLOCK})
    tuesday = MONDAY + timedelta(days=1)
    first = on(day(("roblox.com", "17:00", 5)), grants=[grant("17:00", 5, "category:games")])
    found = played(no_games, first, day(("roblox.com", "17:00", 5), at=tuesday))
    assert [one.stopped for one in found.days] == [0, 5]


def test_minutes_that_were_added_to_a_day_are_there_again() -> None:
    given = Credit(
        id=uuid4(), child_id=uuid4(), day=MONDAY, scope="category:games", minutes=15, by="Ana"
    )
    played_too_long = day(("roblox.com", "17:00", 40))
    policy = Policy(allowances=(games(20),))
    found = played(policy, on(played_too_long, gifts=[given]))
    assert (found.stopped, found.days[0].left) == (5, {"category:games": 0})
    tomorrow = day(("roblox.com", "17:00", 40), at=MONDAY + timedelta(days=1))
    both = played(policy, on(played_too_long, gifts=[given]), on(tomorrow, gifts=[given]))
    assert [one.stopped for one in both.days] == [5, 20]


def test_what_learning_earns_opens_what_was_used_up() -> None:
    earns = Exchange(id=uuid4(), child_id=uuid4(), target="category:games", give=2, get=1)
    record = day(
        ("roblox.com", "16:00", 30), ("vioedu.vn", "17:00", 20), ("roblox.com", "18:00", 30)
    )
    policy = Policy(allowances=(games(20),))
    without = played(policy, record)
    layers = ((Layer.CHILD, policy),)
    earning = rehearse(layers, ZONE, [record], known, (earns,))
    assert (without.stopped, earning.stopped) == (40, 30)
    assert [cause.reason for cause in earning.causes] == [Reason.ALLOWANCE]


@given(st.integers(0, 23), st.integers(1, 300))
def test_a_grant_never_stops_more(hour, minutes) -> None:
    policy = Policy(
        hours=(Hours(name="nap", windows=(Window(start="12:00", end="16:00"),)),),
        allowances=(games(20),),
    )
    record = day(("roblox.com", "11:00", 60), ("minecraft.net", "15:30", 60))
    granted = on(record, grants=[grant(f"{hour:02}:00", minutes)])
    assert played(policy, granted).stopped <= played(policy, record).stopped
