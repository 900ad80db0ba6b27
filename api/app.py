"""The panel as one ASGI application."""

import re

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute

from api import errors, own, pages, rest, static_files
from api.bodies import ModestBodies
from api.gate import Gate
from api.headers import SecurityHeaders
from api.once import Once
from api.origin import SameOriginOnly
from api.panel import Panel
from api.rest.described import Document
from api.routing import Router
from api.sample import BesideTheHouse, Sample
from feeds.rosters.table import MOST_BYTES

__all__ = ["Panel", "create_app"]

LARGEST_BODY = 1024 * 1024
LISTS = re.compile(r"(/api/v1)?/groups/[0-9a-f-]{36}/roster")
LARGEST_LIST = MOST_BYTES + 64 * 1024
"""A list of pupils, and what a form writes around it."""


def _routes() -> list[BaseRoute]:
    people, programs = Router(include_in_schema=False), Router()
    people.take(*pages.ROUTERS)
    people.take(*own.ROUTERS, prefix=own.PREFIX)
    programs.take(*rest.ROUTERS)
    return [*people.routes, *programs.routes]


ROUTES = _routes()
"""What the panel answers to; every application of this process shares it."""
DOCUMENT = Document(ROUTES)


def create_app(panel: Panel) -> FastAPI:
    """Build the application: middleware, pages, REST, error pages."""
    app = FastAPI(
        title="Hải Đăng",
        summary="The panel's verbs as JSON.",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        routes=[static_files.files(), *ROUTES],
    )
    app.state.panel = panel
    app.state.document = DOCUMENT
    errors.install(app)
    # The last one added is the first a request meets.
    # Behind the gate, which reads no body, because a refusal is in the reader's language.
    app.add_middleware(Once, panel=panel)
    app.add_middleware(ModestBodies, most=LARGEST_BODY, files=LISTS, most_of_files=LARGEST_LIST)
    app.add_middleware(Gate, panel=panel)
    app.add_middleware(SameOriginOnly)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    if not panel.is_sample:
        app.state.sample = Sample(panel, create_app)
        app.add_middleware(BesideTheHouse, sample=app.state.sample)
    return app
