"""Open counts of a city's week by ward: CSV and JSON that anybody may use, and nobody is in.

The same file for whoever asks: two that withhold different things could be laid beside each other.
"""

import csv
import json
from dataclasses import dataclass
from datetime import date
from io import StringIO

from rules.suppression import Cell, K, Table, publish
from store import city_counts
from store.database import Connection
from store.groups import Group

LICENCE = "CC-BY-4.0"
VERSION = 1
HEAD = ("first", "last", "ward", "fact", "children")


@dataclass(frozen=True, slots=True)
class CityCounts:
    """What is published of a week."""

    city: str
    first: date
    last: date
    cells: tuple[Cell, ...]


async def gather(connection: Connection, city: Group, first: date, last: date) -> CityCounts:
    """Count a city's week and withhold what must not be told."""
    counted = await city_counts.of_city(connection, city, first, last)
    table = Table(counted.there, counted.facts)
    return CityCounts(city.name, first, last, tuple(publish(table)) if counted.there else ())


def as_json(counts: CityCounts) -> str:
    """Write counts as JSON (docs/counts.schema.json)."""
    return json.dumps(as_values(counts), ensure_ascii=False, indent=1) + "\n"


def as_values(counts: CityCounts) -> dict[str, object]:
    """Give counts as the JSON says them: no ward or fact is all, no number is withheld."""
    return {
        "version": VERSION,
        "licence": LICENCE,
        "city": counts.city,
        "first": counts.first.isoformat(),
        "last": counts.last.isoformat(),
        "k": K,
        "cells": [
            {"ward": cell.area or None, "fact": cell.fact or None, "children": cell.children}
            for cell in counts.cells
        ],
    }


def as_csv(counts: CityCounts) -> str:
    """Write counts as CSV: an empty ward is the whole city, an empty number is withheld."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(HEAD)
    days = (counts.first.isoformat(), counts.last.isoformat())
    for cell in counts.cells:
        number = "" if cell.children is None else cell.children
        writer.writerow([*days, cell.area, cell.fact, number])
    return "\ufeff" + file.getvalue()
