"""Weeks of classes and schools, when their lessons are, and the open counts of a city."""

from fastapi import APIRouter

from api.pages.school import counts, forms, lessons, week

router = APIRouter(prefix="/groups")
for part in (week, forms, lessons, counts):
    router.include_router(part.router)
