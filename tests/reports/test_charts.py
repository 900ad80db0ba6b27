"""The charts: whole, in the reader's language, one colour for one category."""

from itertools import combinations

import pytest

from feeds.catalogue import load
from reports.charts import MOST_SHOWN, heat_map, minutes_by_day
from reports.colours import COLOURS, LEARNING, MAIN, REST, colour_of
from reports.summary import Record
from tests.reports.eyes import EYES, contrast, difference
from tests.reports.make import bitmaps, summary
from tests.reports.test_sentences import ENGLISH, VIETNAMESE, name_of

GAMES_LESS = (16, "category:games", "19:00", "19:20")
NINE = [f"category:kind{number}" for number in range(9)]
WEEK = summary(
    Record(
        bitmaps=bitmaps(
            (16, "category:games", "19:00", "20:00"),
            (17, "category:video", "19:00", "19:30"),
            (17, "everything", "08:00", "08:05"),
        )
    )
)


def test_the_bars_add_up_to_the_week():
    rows = minutes_by_day(WEEK, ENGLISH, name_of)["data"]["values"]

    assert sum(row["minutes"] for row in rows) == WEEK.minutes == 95


def test_categories_are_named_in_the_readers_language():
    spec = minutes_by_day(WEEK, VIETNAMESE, name_of)

    assert spec["encoding"]["color"]["scale"]["domain"] == ["Games", "Video", "Trang khác"]
    assert spec["encoding"]["y"]["axis"]["title"] == "phút"


def test_days_stay_in_order_though_they_sort_otherwise():
    order = minutes_by_day(WEEK, ENGLISH, name_of)["encoding"]["x"]["sort"]

    assert order[0] == "Mon 16"
    assert len(set(order)) == 7


def test_the_heat_map_has_every_hour_of_every_day():
    rows = heat_map(WEEK, ENGLISH)["data"]["values"]

    assert len(rows) == 7 * 24
    assert [row["minutes"] for row in rows if row["at"] == "Mon 16" and row["minutes"]] == [60]


def test_categories_beyond_the_palette_are_drawn_together():
    parts = [(16, scope, f"{hour:02}:00", f"{hour + 1:02}:00") for hour, scope in enumerate(NINE)]
    spec = minutes_by_day(summary(Record(bitmaps=bitmaps(*parts))), ENGLISH, name_of)
    rest = [row for row in spec["data"]["values"] if row["category"] == "Other sites"]

    assert max(row["minutes"] for row in rest) == (9 - MOST_SHOWN) * 60


def test_a_category_has_the_same_colour_in_every_chart():
    other = Record(bitmaps=bitmaps((17, "category:learning", "08:00", "09:00"), GAMES_LESS))
    for week in (WEEK, summary(other)):
        scale = minutes_by_day(week, ENGLISH, name_of)["encoding"]["color"]["scale"]
        drawn = dict(zip(scale["domain"], scale["range"], strict=True))
        assert drawn["Games"] == colour_of("games")
        assert drawn["Other sites"] == REST
    assert drawn["learning"] == LEARNING


def test_every_category_that_is_used_has_a_colour_of_the_table():
    behind = {"downloads", "remote", "ads", "tracking", "system"}

    assert COLOURS.keys() == load().categories.keys() - behind


@pytest.mark.parametrize("page", ["#ffffff", "#0d2539"])
def test_every_colour_can_be_told_from_the_page(page: str):
    assert min(contrast(colour, page) for colour in {*COLOURS.values(), REST}) >= 2.35


@pytest.mark.parametrize("eye", EYES)
def test_the_main_colours_differ_for_every_eye(eye: str):
    pairs = combinations(MAIN, 2)

    assert min(difference(one, other, EYES[eye]) for one, other in pairs) > 0.08


def test_a_day_without_minutes_has_its_place_and_no_bar():
    spec = minutes_by_day(WEEK, ENGLISH, name_of)

    assert len(spec["encoding"]["x"]["scale"]["domain"]) == 7
    assert {row["at"] for row in spec["data"]["values"]} == {"Mon 16", "Tue 17"}


def test_days_stand_in_two_lines_so_that_a_phone_has_room():
    axis = minutes_by_day(WEEK, ENGLISH, name_of)["encoding"]["x"]["axis"]

    assert axis["labelExpr"] == "split(datum.value, ' ')"
