"""A child: the day so far, the rules, their history, and who the child is."""

from fastapi import APIRouter

from api.pages.child import (
    calendar,
    consent,
    details,
    history,
    opened,
    overview,
    people,
    presets,
    rules,
)

router = APIRouter()
# “new” is no child's id: the pages about people come first.
for part in (
    people.router,
    overview.router,
    rules.router,
    presets.router,
    calendar.router,
    history.router,
    opened.router,
    consent.router,
    details.router,
):
    router.include_router(part)
