"""The charts: whole, in the reader's language, one colour for one category."""

from reports.charts import heat_map, minutes_by_day
from reports.colours import PALETTE, REST, colours_of
from reports.summary import Record
from tests.reports.make import bitmaps, summary
from tests.reports.test_sentences import ENGLISH, VIETNAMESE, name_of

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
    assert [row["minutes"] for row in rows if row["day"] == "Mon 16" and row["minutes"]] == [60]


def test_categories_beyond_the_palette_are_drawn_together():
    parts = [(16, scope, f"{hour:02}:00", f"{hour + 1:02}:00") for hour, scope in enumerate(NINE)]
    spec = minutes_by_day(summary(Record(bitmaps=bitmaps(*parts))), ENGLISH, name_of)
    rest = [row for row in spec["data"]["values"] if row["category"] == "Other sites"]

    assert max(row["minutes"] for row in rest) == (9 - len(PALETTE)) * 60


def test_a_category_keeps_its_colour_and_the_rest_is_quiet():
    colours = colours_of(NINE)

    assert len({colours[name] for name in NINE[: len(PALETTE)]}) == len(PALETTE)
    assert colours[NINE[-1]] == REST
