"""Rules as forms: the same pages for a child and for a group, below the address of each."""

from fastapi import APIRouter, Depends

from api.pages.rules import calendar, presets, routes
from api.pages.rules.seat import at_child, at_group

router = APIRouter()
for address, sit_down in (("/children/{child_id}", at_child), ("/groups/{group_id}", at_group)):
    for pages in (routes.router, presets.router, calendar.router):
        router.include_router(pages, prefix=address, dependencies=[Depends(sit_down)])
