"""A week as Vega-Lite specifications: the same dict draws in the browser, in mail and in print."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from babel.dates import format_date

from reports.colours import QUIET, REST, VIDEO, colour_of
from reports.values import UNNAMED, DayUse, WeekSummary
from rules.policy import Privacy
from words.speech import NameOf, Speech

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
HOURS_SHOWN = [0, 6, 12, 18, 23]
MOST_SHOWN = 7
"""Categories drawn by themselves; more cannot be told apart."""

type Spec = dict[str, Any]


def minutes_by_day(summary: WeekSummary, speech: Speech, name_of: NameOf) -> Spec:
    """Draw the minutes of each day, stacked by category."""
    names, rest = _shown(summary, name_of), _rest(summary, speech)
    rows = [row for day in summary.days for row in _stack(day, names, rest, speech)]
    # Two lines: on a phone “Mon 23” beside “Tue 24” would run together.
    axis = _axis_of_days(summary, speech, label="split(datum.value, ' ')")
    drawn = _stacked(rows, axis, _colours(names, rest), speech, long=speech.say("Day"))
    drawn["encoding"]["color"]["legend"] = {
        "orient": "bottom",
        "columns": 2,
        "title": None,
        "labelLimit": 260,
    }
    return _spec(speech.say("Minutes by day and category")) | drawn


def minutes_by_week(
    summary: WeekSummary,
    earlier: Iterable[tuple[date, Mapping[str, int]]],
    speech: Speech,
    name_of: NameOf,
) -> Spec:
    """Draw the minutes of a week beside those of earlier ones, stacked by category.

    Of each earlier week its first day and its minutes by category are given.
    """
    names, rest = _shown(summary, name_of), _rest(summary, speech)
    now = {use.id: use.minutes for use in summary.categories} or {UNNAMED: summary.minutes}
    sums = [*earlier, (summary.first, now)]
    labels = [_short_date(first, speech) for first, _ in sums]
    rows = [
        {
            "at": label,
            "long": speech.say("From {day} on", day=first),
            "category": category,
            "order": order,
            "minutes": minutes,
            "said": speech.minutes(minutes),
        }
        for label, (first, by_category) in zip(labels, sums, strict=True)
        for order, category, minutes in _parts(by_category, names, rest)
    ]
    axis = {
        "field": "at",
        "type": "ordinal",
        "sort": labels,
        "scale": {"domain": labels},
        "axis": {"title": None, "labelAngle": 0},
    }
    drawn = _stacked(rows, axis, _colours(names, rest), speech, long=speech.say("Week"))
    return _spec(speech.say("Minutes by week and category")) | drawn | {"height": 170}


def _stacked(rows: list[Spec], axis: Spec, colours: Spec, speech: Speech, *, long: str) -> Spec:
    """Stack rows of `at`, `category`, `order` and `minutes`; `long` says what `at` is."""
    return {
        "data": {"values": rows},
        "height": 240,
        "mark": {"type": "bar", "cornerRadiusEnd": 3, "width": {"band": 0.66}},
        "encoding": {
            "x": axis,
            "y": {"field": "minutes", "type": "quantitative", "axis": _axis_of_minutes(speech)},
            "order": {"field": "order"},
            "color": {
                "field": "category",
                "type": "nominal",
                "scale": colours,
                "legend": None,
            },
            "tooltip": [
                {"field": "long", "title": long},
                {"field": "category", "title": speech.say("Kind of site")},
                {"field": "said", "title": speech.say("Time online")},
            ],
        },
    }


def heat_map(summary: WeekSummary, speech: Speech) -> Spec:
    """Draw when in the day the minutes fell: a row for each day, a column for each hour."""
    rows = [
        {
            "at": short_day(day, speech),
            "long_day": speech.day(day.day),
            "hour": hour,
            "hours": f"{hour:02}:00-{hour:02}:59",
            "minutes": minutes,
            "said": speech.minutes(minutes),
        }
        for day in summary.days
        for hour, minutes in enumerate(day.by_hour)
    ]
    return _spec(speech.say("Minutes by hour of the day")) | {
        "data": {"values": rows},
        "height": 190,
        "mark": {"type": "rect", "cornerRadius": 2},
        "encoding": {
            "x": {
                "field": "hour",
                "type": "ordinal",
                "axis": {
                    "title": None,
                    "values": HOURS_SHOWN,
                    "labelAngle": 0,
                    "labelExpr": "datum.value + ':00'",
                    "labelOverlap": False,
                },
            },
            "y": _axis_of_days(summary, speech),
            "color": {
                "field": "minutes",
                "type": "quantitative",
                "scale": {
                    "domain": [0, 60],
                    "range": [f"{REST}22", VIDEO],
                    "interpolate": "rgb",
                },
                "legend": None,
            },
            "tooltip": [
                {"field": "long_day", "title": speech.say("Day")},
                {"field": "hours", "title": speech.say("Hour")},
                {"field": "said", "title": speech.say("Time online")},
            ],
        },
    }


def short_day(day: DayUse, speech: Speech) -> str:
    """Name a day in a few letters, with its number: Mon 23."""
    pattern = "EEEEEE" if speech.language == "vi" else "EEE"
    weekday = format_date(day.day, pattern, locale=speech.language)
    return f"{weekday} {day.day.day}"


def _stack(day: DayUse, names: dict[str, str], rest: str, speech: Speech) -> list[Spec]:
    return [
        {
            "at": short_day(day, speech),
            "long": speech.day(day.day),
            "category": label,
            "order": order,
            "minutes": minutes,
            "said": speech.minutes(minutes),
        }
        for order, label, minutes in _parts(day.by_category, names, rest)
    ]


def _parts(
    by_category: Mapping[str, int], names: Mapping[str, str], rest: str
) -> Iterable[tuple[int, str, int]]:
    """Give a part for each category shown, and one for all the others together."""
    for place, (name, label) in enumerate(names.items()):
        if minutes := by_category.get(name, 0):
            yield place, label, minutes
    others = sum(minutes for name, minutes in by_category.items() if name not in names)
    if others:
        yield len(names), rest, others


def _shown(summary: WeekSummary, name_of: NameOf) -> dict[str, str]:
    shown = [use.id for use in summary.categories if use.id != UNNAMED][:MOST_SHOWN]
    return {name: name_of("category", name) for name in shown}


def _short_date(day: date, speech: Speech) -> str:
    if speech.language == "vi":
        return f"{day.day}/{day.month}"
    return format_date(day, "d MMM", locale=speech.language)


def _rest(summary: WeekSummary, speech: Speech) -> str:
    """Name what is drawn in no colour of its own: all of it, where only minutes are agreed."""
    if summary.privacy is Privacy.MINUTES:
        return speech.say("Time online")
    return speech.say("Other sites")


def _axis_of_minutes(speech: Speech) -> Spec:
    return {"title": speech.say("minutes"), "tickCount": 4, "tickMinStep": 1, "format": "d"}


def _colours(names: Mapping[str, str], rest: str) -> Spec:
    return {"domain": [*names.values(), rest], "range": [*map(colour_of, names), REST]}


def _axis_of_days(summary: WeekSummary, speech: Speech, label: str = "datum.value") -> Spec:
    days = [short_day(day, speech) for day in summary.days]
    return {
        "field": "at",
        "type": "ordinal",
        "sort": days,
        "scale": {"domain": days},
        "axis": {"title": None, "labelAngle": 0, "labelOverlap": False, "labelExpr": label},
    }


def _spec(description: str) -> Spec:
    return {
        "$schema": SCHEMA,
        "description": description,
        "width": "container",
        "background": None,
        "config": {
            "view": {"stroke": None},
            "axis": {
                "labelColor": QUIET,
                "titleColor": QUIET,
                "gridColor": f"{REST}33",
                "domain": False,
                "ticks": False,
                "labelFontSize": 12,
            },
            "legend": {"labelColor": QUIET, "labelFontSize": 13, "symbolType": "circle"},
        },
    }
