"""The OpenAPI document: what the interface offers, for programs and those who write them."""

import asyncio
import json
from collections.abc import Sequence
from threading import Lock
from typing import Any

from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from api.once import GIVES, HEADER
from api.rest.examples import with_examples
from api.rest.problems import Problem
from api.routing import Router

ABOUT = """
The same verbs as the panel, as JSON. Sign in with `POST /session` and send the token as
`Authorization: Bearer …`, or use the panel's own session cookie, or a token for programs
(`POST /security/tokens`), which reaches no further than its scope and its children. Steps that
cannot be undone, and those about who belongs and how they sign in, ask for proof
(`prove-yourself`): send `POST /security/proof` first. Every error is a problem
document (RFC 9457) with a stable `code` and a sentence in the adult's language.
"""
KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "A key of your own: the same request sent again within a day is done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]{1,200}$"},
    "example": "5f0c1d3a-2b44-4b7e-9c1f-0a8e6d2f7b90",
}
"""How an idempotency key is described."""


class Document:
    """The document of an application, written once: that takes a second, and 50 MB while it lasts.

    Anybody may ask for it, so nobody else waits meanwhile.
    """

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = routes
        self._lock = Lock()
        self._written = b""

    async def read(self) -> bytes:
        """Return the document as JSON; written by the first who asks."""
        return self._written or await asyncio.to_thread(self._write)

    def _write(self) -> bytes:
        with self._lock:
            if not self._written:
                document = describe(self._routes)
                self._written = json.dumps(document, ensure_ascii=False).encode()
            return self._written


def describe(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """Describe routes as OpenAPI.

    By copies that are worked out for this alone: requests meanwhile work out their own, and all of
    it is given back.
    """
    copies = Router()
    copies.take(Router(routes=[route for route in routes if _is_told(route)]))
    document = get_openapi(title="Hải Đăng", version="1", description=ABOUT, routes=copies.routes)
    parts = document["components"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    parts["schemas"] |= problem.pop("$defs") | {"Problem": problem}
    parts["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "haidang"},
    }
    document["security"] = [{"bearer": []}, {"cookie": []}]
    for path, methods in document["paths"].items():
        if "post" in methods and GIVES.fullmatch(path):
            methods["post"].setdefault("parameters", []).append(KEY)
    return with_examples(document)


def _is_told(route: BaseRoute) -> bool:
    return bool(getattr(route, "include_in_schema", False))
