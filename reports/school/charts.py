"""Charts of a school's week and term, as Vega-Lite specifications for every form."""

from collections.abc import Sequence

from babel.dates import format_date

from reports.charts import SCHEMA, Spec
from reports.colours import LEARNING, QUIET, REST, VIDEO
from reports.school.value import SchoolLetter, each
from words.speech import Speech


def by_day(letter: SchoolLetter, speech: Speech) -> Spec:
    """Draw the minutes of a pupil by day: in lessons, in breaks, at other times."""
    names = _parts(letter, speech)
    pattern = "EEEEEE" if speech.language == "vi" else "EEE"
    rows = [
        {
            "x": f"{format_date(day.day, pattern, locale=speech.language)} {day.day.day}",
            "part": name,
            "order": order,
            "minutes": minutes,
        }
        for day in letter.days
        for order, (name, minutes) in enumerate(
            zip(names, _stacked(day.minutes, (day.lessons, day.breaks), day.seen), strict=True)
        )
    ]
    colours = dict(zip(names, (LEARNING, VIDEO, REST), strict=True))
    return _bars(speech.say("Minutes of a pupil by day"), rows, colours, speech)


def by_week(letter: SchoolLetter, speech: Speech) -> Spec:
    """Draw the minutes of a pupil and day by week of the term, learning by itself."""
    names = (speech.say("Learning sites"), speech.say("All else"))
    rows = [
        {
            "x": f"{week.first.day}/{week.first.month}",
            "part": name,
            "order": order,
            "minutes": minutes,
        }
        for week in letter.term
        for order, (name, minutes) in enumerate(
            zip(names, _stacked(week.minutes, (week.learning,), week.pupil_days), strict=True)
        )
    ]
    colours = dict(zip(names, (LEARNING, REST), strict=True))
    return _bars(speech.say("Minutes of a pupil a day, by week"), rows, colours, speech)


def _parts(letter: SchoolLetter, speech: Speech) -> tuple[str, str, str]:
    rest = speech.say("At other times") if letter.has_lessons else speech.say("Time online")
    return speech.say("In lessons"), speech.say("In breaks"), rest


def _stacked(total: int, parts: Sequence[int], pupils: int) -> tuple[int, ...]:
    """Give the parts of a bar, for one pupil: together as high as the total the table says."""
    shown = [each(part, pupils) for part in parts]
    return (*shown, max(0, each(total, pupils) - sum(shown)))


def _bars(title: str, rows: list[Spec], colours: dict[str, str], speech: Speech) -> Spec:
    order = list(dict.fromkeys(row["x"] for row in rows))
    used = {row["part"] for row in rows if row["minutes"]}
    shown = {name: colour for name, colour in colours.items() if name in used} or colours
    return {
        "$schema": SCHEMA,
        "description": title,
        "width": "container",
        "background": None,
        "height": 200,
        "data": {"values": [row for row in rows if row["part"] in shown]},
        "mark": {"type": "bar", "cornerRadiusEnd": 3, "width": {"band": 0.66}},
        "encoding": {
            "x": {
                "field": "x",
                "type": "ordinal",
                "sort": order,
                "scale": {"domain": order},
                # Of a whole term every other week is named where all of them would run together.
                "axis": {
                    "title": None,
                    "labelAngle": 0,
                    "labelOverlap": "parity",
                    "labelSeparation": 4,
                },
            },
            "y": {
                "field": "minutes",
                "type": "quantitative",
                "axis": {"title": speech.say("minutes"), "tickCount": 4, "tickMinStep": 1},
            },
            "order": {"field": "order"},
            "color": {
                "field": "part",
                "type": "nominal",
                "scale": {"domain": [*shown], "range": [*shown.values()]},
                "legend": {"orient": "bottom", "title": None, "labelLimit": 260},
            },
            "tooltip": [{"field": name} for name in ("x", "part", "minutes")],
        },
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
