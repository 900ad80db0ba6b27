"""The pages of the panel, one module for each family of pages, GET and POST together."""

from fastapi import APIRouter

from api.pages import sign_in

ROUTERS: tuple[APIRouter, ...] = (sign_in.router,)
