"""A child: the day so far, rules by age, dates that are different, and who the child is."""

from fastapi import APIRouter

from api.pages.child import (
    calendar,
    consent,
    details,
    opened,
    overview,
    people,
    presets,
)

router = APIRouter()
# “new” is no child's id: the pages about people come first.
for part in (
    people.router,
    overview.router,
    presets.router,
    calendar.router,
    opened.router,
    consent.router,
    details.router,
):
    router.include_router(part)
