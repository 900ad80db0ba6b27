"""The child's own pages, reached only through a door, which says whose device it is."""

from api.own import (
    agree,
    answers,
    ask,
    classes,
    home,
    installed,
    live,
    mine,
    nowhere,
    rights,
    tasks,
    week,
    who,
)
from api.own.guests import PREFIX
from api.routing import Router

__all__ = ["PREFIX", "ROUTERS"]

ROUTERS: tuple[Router, ...] = (
    home.router,
    who.router,
    ask.router,
    answers.router,
    tasks.router,
    agree.router,
    classes.router,
    mine.router,
    week.router,
    rights.router,
    live.router,
    installed.router,
    # The last one: it takes every address that no other took.
    nowhere.router,
)
