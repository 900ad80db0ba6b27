"""What the panel's pages offer a program can do too, or somebody said why not."""

import re
from collections.abc import Iterable, Iterator

from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts

from api import pages, rest
from api.rest import V1
from tests.api.twins import TWINS, WHY_NOT, reason_of, shapes


def routes(routers: Iterable[APIRouter]) -> Iterator[tuple[str, str]]:
    app = FastAPI(openapi_url=None)
    for router in routers:
        app.include_router(router)
    for route in iter_route_contexts(app.routes):
        for method in set(getattr(route, "methods", None) or ()) - {"HEAD"}:
            yield method, str(getattr(route, "path", "")).removeprefix(V1)


PAGES = shapes(routes(pages.ROUTERS))
REST = shapes(routes(rest.ROUTERS))


def test_each_page_names_its_twin_or_why_it_has_none():
    unnamed = {page for page in PAGES if page not in TWINS and reason_of(page) is None}
    assert not unnamed, f"name the twin in tests/api/twins.py: {sorted(unnamed)}"


def test_each_twin_is_there():
    missing = {page: twin for page, twin in TWINS.items() if twin not in REST}
    assert not missing


def test_nothing_is_said_of_pages_that_are_gone():
    assert set(TWINS) <= PAGES
    idle = {shape for shape in WHY_NOT if not any(re.fullmatch(shape, page) for page in PAGES)}
    assert not idle


def test_no_page_has_both_a_twin_and_a_reason_against_one():
    assert not {page for page in TWINS if reason_of(page)}
