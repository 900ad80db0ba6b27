import asyncio
import json

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI

from api.app import ROUTES
from api.rest.described import Document
from api.routing import LateRoute, Router


async def number(given: int) -> int:
    return given


async def other() -> str:
    return "other"


def made(**options) -> Router:
    router = Router(**options)
    router.get("/number")(number)
    router.post("/other", status_code=201)(other)
    return router


def asked(router: Router) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(FastAPI(routes=router.routes))
    return httpx.AsyncClient(transport=transport, base_url="http://panel.test")


def late(router: Router) -> set[str]:
    return {route.path for route in router.routes if route.is_late}


async def test_a_route_is_worked_out_by_the_first_request_for_it_and_no_other_is() -> None:
    router = made()
    assert late(router) == {"/number", "/other"}
    assert (await asked(router).get("/number?given=7")).json() == 7
    assert late(router) == {"/other"}


async def test_what_a_late_route_takes_is_checked_as_ever() -> None:
    client = asked(made())
    assert (await client.post("/other")).status_code == 201
    assert (await client.get("/other")).status_code == 405
    assert (await client.get("/nowhere")).status_code == 404


async def test_routes_that_are_taken_over_have_the_address_and_the_gates_of_who_took_them() -> None:
    gone = []

    async def gate(name: str) -> None:
        gone.append(name)

    house = Router(prefix="/house", include_in_schema=False, responses={404: {}})
    house.take(made(prefix="/room"), prefix="/{name}", dependencies=[Depends(gate)])
    assert (await asked(house).get("/house/lan/room/number?given=7")).json() == 7
    assert gone == ["lan"]
    first = house.routes[0]
    assert (first.include_in_schema, set(first.responses)) == (False, {404})


async def test_who_gave_its_routes_away_keeps_them_as_they_were() -> None:
    given, house = made(), Router(prefix="/house")
    house.take(given)
    assert late(given) == {"/number", "/other"}
    assert (await asked(given).get("/number?given=7")).json() == 7
    assert late(house) == {"/house/number", "/house/other"}


def test_what_a_route_does_not_have_is_said_with_its_address() -> None:
    route = made().routes[0]
    with pytest.raises(AttributeError, match="/number has no 'nonsense'"):
        route.nonsense  # noqa: B018 asking is the test


def test_routes_of_another_kind_are_not_taken_over() -> None:
    usual = APIRouter()
    usual.get("/number")(number)
    with pytest.raises(TypeError, match="no late route"):
        Router().take(usual)


def test_every_route_of_the_panel_can_be_worked_out() -> None:
    """What is wrong with one would else be seen by whoever comes there first."""
    assert len(ROUTES) > 500
    for route in ROUTES:
        assert isinstance(route, LateRoute)
        assert route.dependant.call is route.endpoint


async def test_what_the_interface_offers_is_written_once_and_works_out_no_route_of_the_panel() -> (
    None
):
    router = made()
    document = Document(router.routes)
    first, second = await asyncio.gather(document.read(), document.read())
    assert first is second is await document.read()
    assert set(json.loads(first)["paths"]) == {"/number", "/other"}
    assert late(router) == {"/number", "/other"}


async def test_what_is_meant_for_people_is_no_part_of_what_the_interface_offers() -> None:
    router = made()
    router.get("/page", include_in_schema=False)(other)
    told = json.loads(await Document(router.routes).read())
    assert set(told["paths"]) == {"/number", "/other"}
