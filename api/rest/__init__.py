"""The panel's verbs as JSON, under /api/v1."""

from api.rest import (
    adopting,
    adults,
    alerts,
    asks,
    catalogue,
    channels,
    classroom,
    consents,
    data,
    details,
    devices,
    duties,
    family,
    groups,
    house,
    joining,
    lists,
    moments,
    networks,
    notices,
    opened,
    packs,
    radar,
    readings,
    record,
    rehearsal,
    rosters,
    rules,
    schools,
    security,
    session,
    sites,
    system,
    tasks,
    together,
    ways,
)
from api.rest.problems import PROBLEMS
from api.routing import Router

V1 = "/api/v1"


def _v1() -> Router:
    router = Router(prefix=V1, responses=PROBLEMS)
    for part in (
        session,
        security,
        family,
        groups,
        adults,
        classroom,
        rosters,
        joining,
        schools,
        networks,
        rules,
        adopting,
        rehearsal,
        packs,
        moments,
        together,
        sites,
        asks,
        consents,
        tasks,
        devices,
        ways,
        record,
        readings,
        opened,
        details,
        radar,
        alerts,
        duties,
        notices,
        channels,
        house,
        system,
        data,
        lists,
        catalogue,
    ):
        router.take(part.router)
    return router


ROUTERS: tuple[Router, ...] = (_v1(),)
