"""Pages that stand on a screen when their time ends: no connection of theirs is left to be cut.

A film that has loaded plays on by itself, Shorts begin again without end. So the page asks, with
its own address, and is told when it is over; then it loads itself again and meets our page.
"""
# The library is annotated only in part.
# mypy: disallow-untyped-calls=false

from uuid import UUID

from mitmproxy import http

from proxy.asked import names_of
from proxy.current import Current
from proxy.judge import Asked, Judge
from proxy.landing import Landing


class OnScreen:
    """Judges pages that are open already."""

    def __init__(self, current: Current, judge: Judge, landing: Landing) -> None:
        self._current = current
        self._judge = judge
        self._landing = landing

    def is_over(
        self, device_id: UUID | None, request: http.Request, page: str, address: str
    ) -> bool:
        """Tell whether a page would be stopped if it were opened now.

        What may end by itself does so first. `page` is its path and query, only judged.
        """
        path, _, query = page.partition("?")
        networks = self._current.standing.networks_of(address)
        asked = Asked(request.port, request.scheme, path or "/", query, networks=networks)
        judged = self._judge.strictest(device_id, names_of(request), asked)
        return judged.verdict.blocks and not self._landing.lets_finish(device_id)
