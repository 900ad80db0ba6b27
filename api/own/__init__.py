"""The child's own pages, reached only through a door, which says whose device it is."""

from fastapi import APIRouter

from api.own import answers, ask, live, who
from api.own.guests import PREFIX

__all__ = ["PREFIX", "ROUTERS"]

ROUTERS: tuple[APIRouter, ...] = (who.router, ask.router, answers.router, live.router)
