"""A child: the day so far, what is open, what is agreed, and who the child is."""

from fastapi import APIRouter

from api.pages.child import (
    consent,
    details,
    opened,
    overview,
    people,
)

router = APIRouter()
# “new” is no child's id: the pages about people come first.
for part in (
    people.router,
    overview.router,
    opened.router,
    consent.router,
    details.router,
):
    router.include_router(part)
