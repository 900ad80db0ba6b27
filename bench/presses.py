"""How long a press on the panel takes until something is seen, on a processor slowed four times.

The browser measures by itself (Event Timing): from the finger to the next frame, with all that
the page's scripts do before it. It tells whole eights of milliseconds, and nothing below 16.
What a press takes where there is nothing to do is told beside it: on a machine that others use
as well, much of the time is theirs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import CDPSession, Locator, Page

from bench.lives import Lived
from tests.kit.browser import PHONE, chromium

SLOWED = 4
EACH = 5
SHORTEST = 16
SETTLED_MS = 700
"""After a press: what it asks of the panel comes within this time, and is drawn."""
AIMS_MS, PRESSED_MS = 200, 80
"""How long a finger rests before it presses, and how long it presses."""
WATCH = """(() => {
  const kept = () => JSON.parse(sessionStorage.getItem("presses") ?? "[]");
  new PerformanceObserver((list) => {
    const pressed = list.getEntries().filter((each) => each.interactionId);
    const told = pressed.map((each) => each.duration);
    sessionStorage.setItem("presses", JSON.stringify([...kept(), ...told]));
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
})()"""
"""A press may lead to another page: what was measured waits in the session."""


@dataclass(frozen=True, slots=True)
class Press:
    """Something to press, and where."""

    path: str
    do: Callable[[Page], None]


def _on(selector: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        _aim(page, page.locator(selector).locator("visible=true").first)
        page.mouse.down()
        page.wait_for_timeout(PRESSED_MS)
        page.mouse.up()

    return press


def _aim(page: Page, at: Locator) -> None:
    at.scroll_into_view_if_needed()
    box = at.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + min(box["height"], 40) / 2)
    page.wait_for_timeout(AIMS_MS)


def _paint(page: Page) -> None:
    """Draw over four half hours of a Wednesday."""
    grid = "[role=gridcell][data-day='2'][data-half='{}']"
    _aim(page, page.locator(grid.format(30)).first)
    page.mouse.down()
    for half in (31, 32, 33):
        page.locator(grid.format(half)).first.hover()
    page.mouse.up()


PAUSE = "form[action$='/pause'] button, form[action$='/resume'] button"
NOTHING = Press("/healthz", _on("body"))
FAMILY = {
    "nothing at all": NOTHING,
    "pause a child": Press("/", _on(PAUSE)),
    "15 minutes more": Press("/", _on("form:has(> input[value='15']) > button")),
    "open a choice": Press("/", _on("details > summary")),
    "open a row's story": Press("/activity", _on("a.pg-why")),
    "paint the week": Press("/children/{child}/rules/hours", _paint),
    "go by the menu": Press("/", _on("nav a[href='/devices']")),
    "change the look": Press("/", _on("button[name='theme']")),
}
SCHOOL = {
    "nothing at all": NOTHING,
    "pause a pupil": Press("/?group={group}", _on(".cl-tap button")),
    "open a pupil's choice": Press("/?group={group}", _on(".cl-line .cl-menu > summary")),
    "open a class": Press("/", _on("a.cl-tile")),
}
PRESSES = {"family": FAMILY, "school": SCHOOL}


def presses(household: str, lived: Lived, address: str) -> Iterator[dict[str, object]]:
    """Press each thing some times on a phone; give the median, the shortest and the longest."""
    with TemporaryDirectory() as home, chromium(Path(home)) as launch:
        page = launch("presses", viewport=PHONE)
        page.context.add_cookies([{"name": "haidang", "value": lived.token, "url": address}])
        page.add_init_script(WATCH)
        slow = page.context.new_cdp_session(page)
        for name, press in PRESSES[household].items():
            path = press.path.format(child=lived.child_id, group=lived.group_id)
            took = sorted(_once(page, slow, f"{address}{path}", press) for _ in range(EACH))
            yield {
                "household": household,
                "press": name,
                "median_ms": median(took),
                "least_ms": took[0],
                "most_ms": took[-1],
            }


def _once(page: Page, slow: CDPSession, address: str, press: Press) -> float:
    """Press once on a fresh page; return the longest of what that made the browser tell."""
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    page.goto(address)
    page.wait_for_timeout(SETTLED_MS)
    page.evaluate("sessionStorage.removeItem('presses')")
    slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    press.do(page)
    page.wait_for_timeout(SETTLED_MS)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    # A press that led to another page is told of when that page is there.
    page.wait_for_load_state("load")
    page.wait_for_timeout(SETTLED_MS)
    told = page.evaluate("JSON.parse(sessionStorage.getItem('presses') ?? '[]')")
    return float(max([SHORTEST, *told]))
