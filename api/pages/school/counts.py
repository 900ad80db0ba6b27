"""The open counts of a city's week: a page that shows what is published, CSV and JSON."""

from datetime import date
from typing import Literal

from fastapi import Request
from starlette.responses import Response

from api.labels import labels_of
from api.lettered_groups import CountedCity, counts_of, full_week_of
from api.needs import Desk, TheDesk
from api.render import render
from api.routing import Router
from reports import counts
from reports.weeks import week_at
from rules.suppression import K
from store.city_counts import STOPPED
from words.speech import to_say

router = Router()
EVERYBODY, LEARNED = to_say("Children there"), to_say("Used a learning site")
KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@router.get("/{group_id}/counts")
async def show(
    request: Request, desk: TheDesk, city: CountedCity, start: date | None = None
) -> Response:
    """Show the counts of a city's last full week."""
    week, running = full_week_of(desk, city, start), week_at(desk.now, city.zone)
    found = await counts_of(desk, city, week)
    context = {
        "city": city,
        "counts": found,
        "week": week,
        "before": week.moved(-1).first,
        "after": week.moved(1).first if week.moved(1).first < running.first else None,
        "wards": sorted({cell.area for cell in found.cells if cell.area}),
        "facts": {fact: _named(desk, fact) for fact in dict.fromkeys(c.fact for c in found.cells)},
        "cells": {(cell.area, cell.fact): cell.children for cell in found.cells},
        "k": K,
    }
    return render(request, "school/counts.html", context)


@router.get("/{group_id}/counts.{kind}")
async def download(
    desk: TheDesk, city: CountedCity, kind: Literal["csv", "json"], start: date | None = None
) -> Response:
    """Give the counts of a week as a file under an open licence."""
    week = full_week_of(desk, city, start)
    found = await counts_of(desk, city, week)
    written = counts.as_csv(found) if kind == "csv" else counts.as_json(found)
    name = f"haidang-counts-{week.first.isoformat()}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(written, media_type=KINDS[kind], headers=headers)


def _named(desk: Desk, fact: str) -> str:
    kind, _, category = fact.partition(":")
    if kind == STOPPED:
        name = labels_of(desk.panel, desk.speech).of("category", category)
        return desk.speech.say("Stopped: {category}", category=name)
    return desk.speech.say(LEARNED if fact else EVERYBODY)
