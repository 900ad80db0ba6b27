"""A child: the day so far, the rules, their history, and who the child is."""

from fastapi import APIRouter

<<<<<<< HEAD
from api.pages.child import calendar, history, overview, people, presets, rules

router = APIRouter()
# “new” is no child's id: the pages about people come first.
for part in (
    people.router,
    overview.router,
    rules.router,
    presets.router,
    calendar.router,
    history.router,
):
=======
from api.pages.child import history, opened, overview, people, rules

router = APIRouter()
# “new” is no child's id: the pages about people come first.
for part in (people.router, overview.router, rules.router, history.router, opened.router):
>>>>>>> ac4f68e (What is looked into for a child, and why; the share that never is; apps that trust only themselves)
    router.include_router(part)
