"""The pages of the panel, one module for each family of pages, GET and POST together."""

from fastapi import APIRouter

from api.pages import join, sign_in
from api.pages.setup import router as setup

ROUTERS: tuple[APIRouter, ...] = (setup, sign_in.router, join.router)
