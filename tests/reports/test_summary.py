"""What a week's records add up to."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from reports.summary import Record
from reports.values import UNNAMED, WeekSummary
from rules.family import Grant
from rules.policy import DateException, Hours, Policy, Privacy, Window
from rules.verdict import Reason
from tests.reports.make import AFTER, MINH, WEEK, bitmaps, blocked, row, summary

GAMES, VIDEO, ROBLOX = "category:games", "category:video", "service:roblox"


def uses(values) -> dict[str, int]:
    return {use.id: use.minutes for use in values}


def test_a_week_without_records_is_empty_and_compares_with_nothing():
    week = summary()

    assert week.is_empty
    assert (week.minutes, week.minutes_before, week.stopped_before) == (0, None, None)
    assert [day.day for day in week.days] == list(WEEK.days)


def test_minutes_are_counted_by_day_and_wall_clock_hour():
    week = summary(Record(bitmaps=bitmaps((16, GAMES, "19:30", "20:10"))))

    monday, tuesday = week.days[:2]
    assert (monday.minutes, tuesday.minutes, week.minutes) == (40, 0, 40)
    assert (monday.by_hour[19], monday.by_hour[20], sum(monday.by_hour)) == (30, 10, 40)


def test_a_minute_with_two_categories_counts_once_for_the_heavier_one():
    both = bitmaps((16, GAMES, "19:00", "20:00"), (16, VIDEO, "19:30", "20:30"))
    more_video = bitmaps((17, VIDEO, "10:00", "11:00"))
    week = summary(Record(bitmaps=both | more_video))

    assert week.days[0].by_category == {"video": 60, "games": 30}
    assert week.minutes == 90 + 60


def test_minutes_that_no_category_claims_are_other_sites():
    week = summary(Record(bitmaps=bitmaps((16, "everything", "08:00", "08:20"))))

    assert week.days[0].by_category == {UNNAMED: 20}


def test_learning_counts_for_the_week_though_no_allowance_counts_it():
    alone = {(date(2026, 11, 16), "category:learning"): (1 << 45) - 1}

    assert summary(Record(bitmaps=alone)).minutes == 45


@given(
    st.lists(
        st.tuples(
            st.sampled_from(WEEK.days),
            st.sampled_from(["everything", GAMES, VIDEO, "category:social", ROBLOX]),
            st.integers(0, (1 << 1440) - 1),
        )
    )
)
def test_categories_and_hours_always_add_up_to_the_whole(parts):
    week = summary(Record(bitmaps={(day, scope): bitmap for day, scope, bitmap in parts}))

    assert sum(uses(week.categories).values()) == week.minutes
    for day in week.days:
        assert sum(day.by_category.values()) == day.minutes == sum(day.by_hour)


def test_services_compare_with_the_week_before():
    this = Record(bitmaps=bitmaps((16, ROBLOX, "19:00", "20:00")))
    before = Record(bitmaps=bitmaps((9, ROBLOX, "19:00", "19:20")))
    week = summary(this, before)

    assert [(use.id, use.minutes, use.before) for use in week.services] == [("roblox", 60, 20)]
    assert (week.minutes, week.minutes_before) == (60, 20)


def test_a_running_week_compares_with_the_same_stretch_of_the_last_one():
    wednesday_eight_in_the_evening = datetime(2026, 11, 18, 13, tzinfo=UTC)
    before = Record(
        rows=[
            blocked("a.example", Reason.HOURS, hour=datetime(2026, 11, 11, 12, tzinfo=UTC)),
            blocked("a.example", Reason.HOURS, hour=datetime(2026, 11, 12, 12, tzinfo=UTC)),
        ],
        bitmaps=bitmaps(
            (9, GAMES, "19:00", "19:30"),
            (11, GAMES, "19:50", "20:30"),
            (12, GAMES, "19:00", "21:00"),
        ),
    )
    week = summary(Record(), before, now=wednesday_eight_in_the_evening)

    assert week.so_far
    assert week.minutes_before == 30 + 10
    assert week.stopped_before == 10


def test_hosts_of_one_site_count_as_one_site_and_never_twice_in_an_hour():
    rows = [
        row("www.roblox.com", minutes=40, visits=9),
        row("api.roblox.com", minutes=30, visits=20),
    ]
    week = summary(Record(rows=rows))

    assert [(use.site, use.minutes, use.visits) for use in week.sites] == [("roblox.com", 40, 29)]


def test_sites_nobody_opens_on_purpose_are_left_out():
    rows = [row("cdn.example", category="system", minutes=60), row("play.example")]

    assert [use.site for use in summary(Record(rows=rows)).sites] == ["play.example"]


def test_only_sites_never_opened_before_are_new():
    rows = [row("www.roblox.com"), row("old.example"), row("fresh.example")]
    week = summary(Record(rows=rows), known_hosts={"api.roblox.com", "old.example"})

    assert [use.site for use in week.new_sites] == ["fresh.example"]


def test_what_a_page_only_loaded_along_is_no_news():
    rows = [row("fresh.example", minutes=3), row("counter.example", minutes=1, visits=40)]
    week = summary(Record(rows=rows), known_hosts={"old.example"})

    assert [use.site for use in week.new_sites] == ["fresh.example"]


def test_in_the_first_week_nothing_is_called_new():
    week = summary(Record(rows=[row("fresh.example")]), known_hosts=())

    assert week.is_first
    assert week.new_sites == ()


def test_what_was_stopped_is_grouped_by_reason_most_often_first():
    rows = [
        blocked("casino.example", Reason.CATEGORY, category="gambling", minutes=2, visits=300),
        blocked("www.roblox.com", Reason.HOURS, minutes=5),
        blocked("api.roblox.com", Reason.HOURS, minutes=1),
    ]
    week = summary(Record(rows=rows))

    assert [(group.reason, group.times) for group in week.stopped] == [
        (Reason.HOURS, 6),
        (Reason.CATEGORY, 2),
    ]
    assert week.stopped[0].examples == ("roblox.com",)
    assert week.stopped[1].categories == ("gambling",)
    assert week.stopped_times == 8


def test_stopped_sites_are_not_counted_as_opened():
    assert summary(Record(rows=[blocked("casino.example", Reason.CATEGORY)])).sites == ()


def test_counts_alone_name_no_site_anywhere():
    rows = [row("secret.example"), blocked("hidden.example", Reason.CATEGORY)]
    grant = Grant(
        id=uuid4(),
        child_id=MINH,
        scope="site:private.example",
        since=AFTER - timedelta(days=2),
        until=AFTER - timedelta(days=2, hours=-1),
        by="Lan",
    )
    week = summary(Record(rows=rows), policies=(Policy(privacy=Privacy.COUNTS),), grants=[grant])

    assert ".example" not in week.model_dump_json()
    assert week.stopped_times == 10
    assert len(week.given) == 1


def test_the_childs_own_layer_decides_how_much_is_shown():
    childs, familys = Policy(privacy=Privacy.COUNTS), Policy(privacy=Privacy.PAGES)

    assert summary(policies=(childs, familys)).privacy is Privacy.COUNTS
    assert summary(policies=(familys, childs)).privacy is Privacy.PAGES
    assert summary(policies=()).privacy is Privacy.COUNTS


def test_a_grant_taken_back_at_once_is_not_listed():
    slip = Grant(
        id=uuid4(),
        child_id=MINH,
        since=WEEK.since,
        until=WEEK.since + timedelta(seconds=5),
        by="Lan",
    )

    assert summary(grants=[slip]).given == ()


def test_only_grants_that_ran_in_the_week_are_listed():
    def grant(since: datetime, minutes: int) -> Grant:
        until = since + timedelta(minutes=minutes)
        return Grant(id=uuid4(), child_id=MINH, since=since, until=until, by="Lan")

    inside, ends_inside = grant(WEEK.since, 15), grant(WEEK.since - timedelta(hours=1), 90)
    later, earlier = grant(WEEK.until, 15), grant(WEEK.since - timedelta(hours=1), 60)
    week = summary(grants=[later, inside, earlier, ends_inside])

    assert [given.minutes for given in week.given] == [90, 15]


def test_a_day_on_which_bedtime_does_not_hold_is_not_counted():
    bedtime = Hours(
        name="bedtime", scope="everything", windows=(Window(start="21:00", end="06:30"),)
    )
    this = Record(bitmaps=bitmaps((16, GAMES, "21:00", "21:10"), (17, GAMES, "21:00", "21:20")))
    off = DateException(name="Tết", first=date(2026, 11, 16), like="off")
    usual, different = (
        summary(this, policies=(Policy(hours=(bedtime,), exceptions=dates),)).closed_minutes
        for dates in ((), (off,))
    )
    assert (usual, different) == (30, 20)


def test_use_in_closed_hours_is_counted_across_midnight():
    bedtime = Hours(name="bedtime", windows=(Window(days=(0,), start="21:00", end="06:00"),))
    this = Record(bitmaps=bitmaps((16, GAMES, "20:30", "21:10"), (17, GAMES, "05:50", "06:30")))

    assert summary(this, policies=(Policy(hours=(bedtime,)),)).closed_minutes == 20
    assert summary(this).closed_minutes is None


def test_a_window_of_a_category_does_not_close_the_internet():
    study = Hours(name="study", scope=GAMES, windows=(Window(start="14:00", end="17:00"),))

    assert summary(policies=(Policy(hours=(study,)),)).closed_minutes is None


def test_a_summary_survives_being_kept():
    rows = [row("www.roblox.com"), blocked("casino.example", Reason.CATEGORY)]
    week = summary(Record(rows=rows, bitmaps=bitmaps((16, GAMES, "19:30", "20:10"))))

    assert WeekSummary.model_validate_json(week.model_dump_json()) == week
