"""Allow-only mode against page loads as Chrome really made them."""

import json
import lzma
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from mitmproxy import http
from mitmproxy.test import tflow

from proxy.door import Door
from proxy.front import Passage
from proxy.gatekeeper import Gatekeeper
from proxy.judge import Asked
from proxy.settings import DoorSettings
from proxy.who import Caller
from rules.family import Household
from rules.hosts import normalise
from rules.policy import Choice, Policy
from tests.proxy.house import NOON, Clock, catalogue, child, device
from tests.proxy.test_minutes import PAGES

pytestmark = pytest.mark.skipif(
    not PAGES.exists(), reason="the recorded pages are not on this machine"
)
DESTS = {
    "Image": "image",
    "Script": "script",
    "Stylesheet": "style",
    "Font": "font",
    "Media": "video",
    "Document": "iframe",
    "Manifest": "manifest",
    "TextTrack": "track",
}
"""What Chrome's developer tools call parts, and what it then writes into Sec-Fetch-Dest."""
LEAST_OPENED, LEAST_CLOSED = 0.95, 0.9


@dataclass
class Replay:
    """One page on a door that lets nothing but chosen sites through."""

    door: Door
    clock: Clock
    page: str
    requests: list[dict[str, Any]]
    device_id: Any
    passed: Counter[bool] = field(default_factory=Counter)
    foreign: Counter[bool] = field(default_factory=Counter)
    """The same of parts from other sites alone."""
    refused: list[str] = field(default_factory=list)

    @property
    def site(self) -> str:
        return self.door.site_of(host_of(self.page))

    def ask(self, url: str, dest: str, source: str = "") -> bool:
        """Ask for an address as a browser does, and tell whether the door lets it through."""
        flow = tflow.tflow(req=http.Request.make("GET", url, headers=headers(url, dest, source)))
        caller = Caller("127.0.0.1", self.device_id)
        passage = Passage(caller, ("127.0.0.1", 1), None, lambda: None)  # type: ignore[arg-type]
        keeper = Gatekeeper(self.door, lambda _: passage)
        return not keeper._judge(flow, passage, [host_of(url)]).verdict.blocks

    def count(self, url: str, *, came: bool) -> None:
        self.passed[came] += 1
        self.foreign[came] += self.door.site_of(host_of(url)) != self.site
        if not came:
            self.refused.append(url)

    def move(self, seconds: float) -> None:
        self.clock.now = NOON + timedelta(seconds=seconds)


def host_of(url: str) -> str:
    return normalise(urlsplit(url).hostname or "")


def headers(url: str, dest: str, source: str) -> dict[str, str]:
    """Write what Chrome writes: other origins are told no more than ours."""
    mode = "navigate" if dest in ("document", "iframe") else "no-cors"
    here, there = urlsplit(source), urlsplit(url)
    same = (here.scheme, here.netloc) == (there.scheme, there.netloc)
    site = "none" if not source else "same-origin" if same else "cross-site"
    made = {"Sec-Fetch-Dest": dest, "Sec-Fetch-Mode": mode, "Sec-Fetch-Site": site}
    if source:
        made["Referer"] = source if same else f"{here.scheme}://{here.netloc}/"
    return made


def replays(folder: Path, *, trusts_ca: bool) -> Iterator[Replay]:
    with lzma.open(PAGES, "rt") as file:
        for number, line in enumerate(file):
            load = json.loads(line)
            requests = [
                each
                for each in load["requests"]
                if each.get("t") and urlsplit(each["url"]).hostname
            ]
            if len(requests) > 1:
                yield _replay(folder / str(number), load["page"], requests, trusts_ca=trusts_ca)


def _replay(folder: Path, page: str, requests: list[dict[str, Any]], *, trusts_ca: bool) -> Replay:
    clock = Clock()
    door = Door(catalogue=catalogue, data=folder, settings=DoorSettings(), clock=clock)
    site = door.site_of(host_of(page))
    an = child(Policy(unlisted=Choice.BLOCK, allow=(site,)))
    phone = device(1, an, trusts_ca=trusts_ca)
    door.current.adopt(
        Household(revision=1, site_id=uuid4(), children=(an,), devices=(phone,), language="en")
    )
    return Replay(door, clock, page, requests, phone.id)


def parts(replay: Replay) -> Iterator[tuple[float, str, str, str]]:
    """Give each part of a page: when it was asked for, its address, its kind, and who asked."""
    begun = min(each["t"] for each in replay.requests)
    sheets: dict[str, str] = {}
    for each in sorted(replay.requests, key=lambda each: each["t"]):
        url, kind = each["url"], each.get("type") or "Other"
        frame = each.get("frame") or replay.page
        source = replay.page if kind == "Document" else frame
        if kind == "Stylesheet":
            sheets[host_of(url)] = url
        if kind == "Font":
            # Fonts are asked for by the style sheet, mostly one of their own host.
            source = sheets.get(host_of(url)) or next(reversed(sheets.values()), frame)
        if url != replay.page:
            yield each["t"] - begun, url, DESTS.get(kind, "empty"), source


def told(found: list[Replay]) -> tuple[int, int]:
    for each in found:
        whole = each.passed.total()
        lost = ", ".join(sorted({host_of(url) for url in each.refused})[:4])
        print(f"{each.page[:50]:50} {each.passed[True]:4} of {whole:4}  {lost}")  # noqa: T201
    foreign = sum((each.foreign for each in found), Counter())
    print(f"of other sites: {foreign[True]} of {foreign.total()}")  # noqa: T201
    passed = sum(each.passed[True] for each in found)
    return passed, sum(each.passed.total() for each in found)


def test_what_recorded_pages_load_comes_along_where_we_look_inside(
    tmp_path: Path, record_property
) -> None:
    found = list(replays(tmp_path, trusts_ca=True))
    for each in found:
        assert each.ask(each.page, "document")
        for second, url, dest, source in parts(each):
            each.move(second)
            each.count(url, came=each.ask(url, dest, source))
    passed, whole = told(found)
    record_property("parts", f"{passed} of {whole}")
    print(f"{passed} of {whole} parts come along")  # noqa: T201
    assert whole > 1500
    assert passed / whole >= LEAST_OPENED


def test_to_go_to_a_host_that_came_along_is_still_refused(tmp_path: Path) -> None:
    tried = 0
    for each in replays(tmp_path, trusts_ca=True):
        each.ask(each.page, "document")
        hosts = set()
        for second, url, dest, source in parts(each):
            each.move(second)
            if each.ask(url, dest, source):
                hosts.add(host_of(url))
        for host in hosts:
            known = each.door.current.standing.catalogue.look_up(host)
            if each.door.site_of(host) == each.site or known.categories or known.services:
                continue
            tried += 1
            assert not each.ask(f"https://{host}/", "document", each.page), host
            assert not each.ask(f"https://{host}/", "document"), host
    assert tried > 50


def test_what_recorded_pages_load_comes_along_in_tunnels_by_the_moment(
    tmp_path: Path, record_property
) -> None:
    found = list(replays(tmp_path, trusts_ca=False))
    for each in found:
        door, now = each.door, each.clock
        door.companions.went_to(each.device_id, each.site, now())
        for second, url, _, _ in parts(each):
            each.move(second)

            def along(host: str, door: Door = door, each: Replay = each) -> str:
                return door.companions.needed_by(each.device_id, host, each.clock())

            asked = Asked(443, along=along)
            came = not door.judge.visit(each.device_id, host_of(url), asked).verdict.blocks
            each.count(url, came=came)
    passed, whole = told(found)
    record_property("parts", f"{passed} of {whole}")
    print(f"{passed} of {whole} parts come along")  # noqa: T201
    assert passed / whole >= LEAST_CLOSED
