"""Rules as forms: the same pages for a child and for a group, below the address of each."""

from fastapi import Depends

from api.pages.rules import calendar, presets, routes
from api.pages.rules.seat import at_child, at_group
from api.routing import Router

router = Router()
for address, sit_down in (("/children/{child_id}", at_child), ("/groups/{group_id}", at_group)):
    parts = (routes.router, presets.router, calendar.router)
    router.take(*parts, prefix=address, dependencies=[Depends(sit_down)])
