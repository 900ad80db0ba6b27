"""Whatever a program sends to /api/v1, it gets what the document says, and never a fault."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import schemathesis
from fastapi.routing import iter_route_contexts
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.rest import ROUTERS
from api.rest.described import describe
from tests.api.served import Served, serve

pytestmark = pytest.mark.timeout(300)
"""Thinking of a whole policy takes a minute where others need the machine as well."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


QUICK = settings.get_current_profile_name() == "quick"
EACH = 3 if QUICK else 30
"""Guesses at each of some 200 operations, beside the examples of the document."""
PHASES = ["examples", "fuzzing"] if QUICK else ["examples", "coverage", "fuzzing"]
"""What lies at the edges of what fits is a hundred requests each: `make properties` sends them."""


SESSION = "/api/v1/session"
"""Signing in and out would end the walk."""


@cache
def document() -> dict:
    return describe([route for router in ROUTERS for route in router.routes])


@cache
def schema() -> schemathesis.BaseSchema:
    read = schemathesis.openapi.from_dict(document()).exclude(path=SESSION)
    read.config.phases.update(phases=PHASES)
    return read


def operations() -> list[str]:
    """Name every operation. What to send each is thought of by whoever runs its test, and once:
    the plugin's own `parametrize` takes twenty seconds for it in every process that collects.
    """
    return [
        f"{method} {route.path}"
        for router in ROUTERS
        for route in iter_route_contexts(router.routes)
        for method in sorted(route.methods)
        if route.include_in_schema and route.path != SESSION
    ]


@pytest.fixture(scope="module")
def served(tmp_path_factory, catalogue, empty_database: Path) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("served"), catalogue, empty_database) as panel:
        assert panel.house
        panel.house.panel.credentials_key = lambda: b"0123456789abcdef" * 2
        yield panel


@pytest.mark.parametrize("operation", operations())
def test_nothing_a_program_sends_breaks_the_panel_or_its_promises(operation: str, served: Served):
    bearer = {"Authorization": f"Bearer {served.house.tokens['alice']}"}

    @settings(
        max_examples=EACH,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case):
        use_real_ids(case, served)
        case.call_and_validate(base_url=served.url, headers=bearer, checks=CHECKS, timeout=60)

    method, path = operation.split()
    build_operation_test(
        config=schema().config,
        operation=schema()[path][method],
        test_func=send,
        given_kwargs={},
        feedback=FeedbackSources(),
    )()


def test_every_operation_of_the_document_is_tried():
    described = {found.ok().label for found in schema().get_all_operations()}
    assert described == set(operations())


def use_real_ids(case, served: Served) -> None:
    """Aim at what is there, except when removing it; random ids would only ever meet a 404."""
    if case.method == "DELETE" or not case.path_parameters:
        return
    there = {"child_id": served.house.children["Mai"], "device_id": served.house.devices["phone"]}
    for name, found in there.items():
        if name in case.path_parameters:
            case.path_parameters[name] = str(found.id)


def test_the_document_is_served_and_names_every_problem():
    paths = document()["paths"]
    assert len(paths) > 20
    for methods in paths.values():
        for operation in methods.values():
            assert operation["summary"]
            assert "application/problem+json" in operation["responses"]["404"]["content"]
