"""Weeks of classes and schools, when their lessons are, and the open counts of a city."""

from api.pages.school import counts, forms, lessons, week
from api.routing import Router

router = Router(prefix="/groups")
for part in (week, forms, lessons, counts):
    router.take(part.router)
