"""What a request inside an opened connection is judged by: its address, and whose part it is."""
# The library is annotated only in part.
# mypy: disallow-untyped-calls=false

from datetime import datetime

from mitmproxy import http

from proxy import said
from proxy.asked import made_by, path_of, query_of
from proxy.door import Door
from proxy.front import Passage
from proxy.house_pages import Silence
from proxy.judge import Along, Asked
from proxy.pinned import may_pass
from rules.companions import Request, is_part, may_have_companions

HTTPS = 443


class Questions:
    """Asks for a door."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def about(self, flow: http.HTTPFlow, passage: Passage) -> Asked:
        """Put together what the judge needs to know of a request."""
        request = flow.request
        asked = Asked(
            request.port,
            request.scheme,
            path_of(request),
            query_of(request),
            self._door.current.standing.networks_of(passage.caller.address),
            along=self._along(flow, passage),
        )
        made, now = made_by(request), self._door.clock()
        page = self._door.parts.page_of(passage.device_id, made, asked, now)
        return asked._replace(page=page) if page else asked

    def failed(self, passage: Passage, message: str | None) -> None:
        """Remember a site that speaks only HTTP/2: where it may pass unopened, it will from now."""
        if not said.speaks_http2_only(message):
            return
        self._door.pinned.refused_our_words(passage.asked, self._door.clock())
        networks = self._door.current.standing.networks_of(passage.caller.address)
        asked = Asked(HTTPS, networks=networks)
        judged = self._door.judge.visit(passage.device_id, passage.asked, asked)
        passes = may_pass(judged.known, judged.verdict)
        passage.silence = Silence.ASK_AGAIN if passes else Silence.OTHER_WORDS

    def _along(self, flow: http.HTTPFlow, passage: Passage) -> Along:
        """Tell by its headers which allowed page a request is a part of."""
        made, now = made_by(flow.request), self._door.clock()

        def site(host: str) -> str:
            found = self._site_needing(passage, host, made, now) if is_part(made) else ""
            if found:
                self._door.companions.went_to(passage.device_id, found, now)
                self._door.companions.learn(found, host)
            return found

        return site

    def _site_needing(self, passage: Passage, host: str, made: Request, now: datetime) -> str:
        """Return the allowed site whose page makes a request; empty where there is none."""
        device_id, companions = passage.device_id, self._door.companions
        if not made.page:
            # Pages may ask browsers not to say who they are: then the moment must tell.
            return companions.needed_by(device_id, host, now)
        networks = self._door.current.standing.networks_of(passage.caller.address)
        judged = self._door.judge.visit(device_id, made.page, Asked(HTTPS, networks=networks))
        if may_have_companions(judged.verdict, judged.known):
            return self._door.site_of(made.page)
        # A style sheet brings its fonts; a frame does not bring other pages.
        return "" if made.mode == "navigate" else companions.is_part(device_id, made.page, now)
