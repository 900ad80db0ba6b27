"""Every page that a person reads, taken from the app's own routes, and where it is looked at.

A new page is looked at without being named anywhere; one whose address has a part that
`tests.kit.filled` knows nothing for fails until that is told.
"""

import re
from collections.abc import Mapping

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from api.gate import is_open
from api.pages.rules.parts import PARTS
from api.ways_in import WAYS as WAYS_IN
from api.ways_out import WAYS as WAYS_OUT
from rules.verdict import Reason
from rules.vouching import HEADER, Refusal, Visitor, vouch
from tests.api.conftest import House
from tests.kit.filled import KEY

NO_PAGES = re.compile(
    r"/(api|docs|static|openapi)\b.*|/favicon\.ico"
    r"|/(own/)?(live|sw\.js|manifest\.webmanifest)|/(healthz|metrics)"
    # Files to keep, and what a device fetches.
    r"|.*\.(pdf|csv|zip|json|parquet|pac|dat|crt|pem|cer|\{kind\})|/join/\{device_id\}/files/.*"
    r"|/settings/data/backups/\{name\}"
    # Parts that a page asks for by itself.
    r"|/in-force|/settings/(doors|ledger/chain)|/join/\{device_id\}/check|.*/rules/(find|scopes)"
    r"|/settings/(system/now|notices/sent|lists/\{list_id\}/progress)"
    # They lead on to the page that is meant.
    r"|/setup|/week|/settings/adults"
    # Shown once, to whoever has no account yet: a walk of its own takes the steps.
    r"|/setup/(language|code|parent)|/sign-in/(code|recovery)"
)
"""Routes that show nobody a page of their own."""

UNFOLD = "document.querySelectorAll('main details').forEach(each => { each.open = true })"
DEVICES = {"child": "phone", "shared": "tablet"}
"""On which device of the house those walk who go through a door."""

ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "/class/{code}": ("/class/{code}", "/class/ABCD-EFGH"),
    "/children/{child_id}/classes/join": ("/children/{child_id}/classes/join?code={code}",),
    "/children/{child_id}/rules/{part}": tuple(
        f"/children/{{child_id}}/rules/{part}" for part in PARTS
    ),
    "/children/{child_id}/changed": ("/children/{child_id}/changed?was=0",),
    "/groups/{group_id}/changed": ("/groups/{group_id}/changed?was=0",),
    "/groups/{group_id}/rules/{part}": ("/groups/{group_id}/rules/hours",),
    "/groups/{group_id}/counts": ("/groups/{ward}/counts",),
    "/groups/{group_id}/year": ("/groups/{school}/year",),
    "/groups/{group_id}": ("/groups/{ward}", "/groups/{school}", "/groups/{group_id}"),
    "/groups/{group_id}/roster/{change_id}": ("/groups/{school}/roster/{change_id}",),
    "/groups/{group_id}/roster/{change_id}/undo": ("/groups/{school}/roster/{applied}/undo",),
    "/groups/{group_id}/roster": ("/groups/{school}/roster",),
    "/activity/why": ("/activity/why?{line}",),
    "/activity": ("/activity", "/activity?blocked=1"),
    "/asks/{ask_id}": ("/asks/{ask_id}", "/asks/{answered}"),
    "/devices/{device_id}/ways/{name}": tuple(
        f"/devices/{{device_id}}/ways/{name}" for name in WAYS_IN
    ),
    "/settings/adults/{group_id}": ("/settings/adults/{family}",),
    "/settings/adults/{group_id}/invite": ("/settings/adults/{family}/invite",),
    "/settings/adults/{group_id}/people/{adult_id}": ("/settings/adults/{family}/people/{bob}",),
    "/settings/adults/{group_id}/people/{adult_id}/remove": (
        "/settings/adults/{family}/people/{bob}/remove",
    ),
    "/account/leave/{group_id}": ("/account/leave/{ward}",),
    "/settings/notices/new/{way}": tuple(f"/settings/notices/new/{way}" for way in WAYS_OUT),
    "/look-up": ("/look-up", "/look-up?host=www.roblox.com", "/look-up?host=nobody-knows.example"),
    "/invite/{token}": ("/invite/{invitation}",),
    "/own/ask": ("/own/ask", "/own/ask?url=https://www.roblox.com/x"),
    "/own/{path:path}": ("/own/nowhere",),
    "/own/asks/{ask_id}": ("/own/asks/{ask_id}", "/own/asks/{answered}"),
}
"""Routes looked at elsewhere than with what their names stand for."""


def pages(app: FastAPI) -> dict[str, list[str]]:
    """Return the addresses of all pages, still with names in braces, by who walks them."""
    found: dict[str, list[str]] = {}
    for route in iter_route_contexts(app.routes):
        shape = getattr(route, "path", "")
        if "GET" in (getattr(route, "methods", None) or ()) and not NO_PAGES.fullmatch(shape):
            found.setdefault(_walker(shape), []).extend(ELSEWHERE.get(shape, (shape,)))
    return found


def headers_of(house: House, walker: str) -> dict[str, str]:
    """Return what a door says of a child's device that asks: it was just refused something."""
    now = house.clock()
    refused = Refusal("www.bet365.com", Reason.CATEGORY, now)
    here = house.devices[DEVICES[walker]].id
    visitor = Visitor(here, "192.168.1.30", False, refused, holds=True)
    return {HEADER: vouch(KEY, visitor, now)}


def _walker(shape: str) -> str:
    """Tell who walks to a page: a child (at a device of several, too), a stranger, an adult."""
    if shape.startswith("/own/who"):
        return "shared"
    if shape.startswith("/own/"):
        return "child"
    if is_open(re.sub(r"\{\w+\}", "0" * 36, shape)):
        return "stranger"
    part = shape.split("/")[1]
    return part if part in {"children", "groups", "settings"} else "desk"
