"""Leads requests for the child's own pages to the panel, saying whose device they come from.

The panel makes these pages because it has what they need: forms, live events, translations. The
door only knows the device. Where the panel does not answer, the door's own page stands in.
"""

import secrets
from datetime import datetime

from mitmproxy import http

from proxy.addresses import is_address
from proxy.judge import HOUSE_HOST
from rules.vouching import HEADER, Visitor, vouch

OURS = "/own"
"""Where the panel keeps the child's pages; the child never sees this part of the address."""
SHARED = "/static/"


class Inward:
    """The way from the door to the panel."""

    def __init__(self, key: bytes, panel_at: str) -> None:
        self._key = key
        self._host, _, port = panel_at.rpartition(":")
        self._port = int(port or 0)
        # Nobody outside can guess this name, so no device reaches the panel by asking for it.
        self._name = f"{secrets.token_hex(16)}.invalid"

    @property
    def answers(self) -> dict[str, str]:
        """The fixed answer of the dialer that makes the secret name lead to the panel."""
        return {f"{self._name}:{self._port}": f"{self._host}:{self._port}"} if self._host else {}

    def may_lead(self, request: http.Request) -> bool:
        """Tell whether a request may go on to the panel: under our name, or the door's address.

        Under any other name it could be a site whose name somebody points at this door, to read
        the child's pages from there.
        """
        return bool(self._host) and (
            request.pretty_host == HOUSE_HOST or is_address(request.pretty_host.strip("[]"))
        )

    def lead(self, request: http.Request, visitor: Visitor, now: datetime) -> None:
        """Send a request to the panel instead, with our word for whose device it comes from."""
        host = request.host_header or HOUSE_HOST
        request.scheme, request.host, request.port = "http", self._name, self._port
        request.headers["Host"] = host
        # Whatever the device claims about itself, only our word counts.
        request.headers[HEADER] = vouch(self._key, visitor, now)
        if not request.path.startswith(SHARED):
            request.path = OURS + request.path
