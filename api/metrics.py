"""Numbers for Prometheus: counts of the whole installation; no name, host or address in a label."""

import hmac
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request

from api.panel import Panel
from feeds.kept import list_all
from store import doors, household, rings, troubles, visits
from store.doors import Door
from store.rings import Ring
from store.troubles import Troubles

AN_HOUR = timedelta(hours=1)
OF_DOORS = (
    ("connections", "Connections that are open."),
    ("revision", "The revision of the rules in force."),
    ("memory", "Memory in bytes."),
    ("journal_waiting", "Records that wait to be written."),
    ("journal_spooled", "Batches on disk, waiting for the database."),
)
COUNTED = {
    "blocked": "Visits that were stopped.",
    "crowded_out": "Connections turned away because there were too many.",
    "unread": "Bodies too large or too odd to be looked into.",
    "faults": "Faults of ours; each visit concerned was stopped.",
}
OF_HOUSE = {
    "children": "Children.",
    "devices": "Devices.",
    "devices_seen": "Devices that came through a door in the last five minutes.",
    "letters_stuck": "Letters that were begun and never finished.",
    "notices_failed": "Notices given up since yesterday.",
    "notices_waiting": "Notices that are tried again.",
    "hours_waiting": "Hours whose visits are not summed yet.",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that is counted, at one moment."""

    revision: int
    alive: list[Door]
    counted: Troubles
    rung: dict[str, Ring]
    answered: dict[str, int]
    """Visits of the last hour, by what was answered."""
    lists: int
    lists_failing: int
    disk_free: int


def may_scrape(request: Request, panel: Panel) -> bool:
    """Tell whether a request comes from this machine itself, or shows the token of the settings."""
    token = panel.settings.metrics_token.get_secret_value()
    if token:
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(shown.encode(), token.encode())
    if any(name in request.headers for name in ("forwarded", "x-forwarded-for", "via")):
        # A proxy on this machine asks for somebody who may be anywhere.
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def exposition(panel: Panel) -> bytes:
    """Return all numbers in the text form of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Collected(await _read(panel)))
    return generate_latest(registry)


async def _read(panel: Panel) -> Reading:
    now = panel.clock()
    async with panel.db.read() as store:
        kept = list_all(panel.lists)
        return Reading(
            revision=await household.revision(store),
            alive=await doors.alive(store, now=now),
            counted=await troubles.count(store, now=now),
            rung=await rings.last(store),
            answered=await visits.answered(store, now - AN_HOUR),
            lists=len(kept),
            lists_failing=sum(bool(each.failures) for each in kept),
            disk_free=shutil.disk_usage(panel.ca_certificate.parent).free,
        )


class _Collected(Collector):
    """Hands a reading to the client library."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def collect(self) -> Iterable[Metric]:
        yield from _of_house(self._reading)
        yield from _of_doors(self._reading.alive)
        yield from _of_clock(self._reading.rung)


def _of_house(reading: Reading) -> Iterator[Metric]:
    yield _gauge("revision", "The newest revision of the rules.", reading.revision)
    yield _gauge("doors_alive", "Doors that are alive.", len(reading.alive))
    behind = sum(door.revision < reading.revision for door in reading.alive)
    yield _gauge("doors_behind", "Doors that have not the newest rules yet.", behind)
    for name, about in OF_HOUSE.items():
        yield _gauge(name, about, getattr(reading.counted, name))
    yield _gauge("lists", "Lists of sites from outside.", reading.lists)
    yield _gauge("lists_failing", "Lists whose source could not be used.", reading.lists_failing)
    yield _gauge("disk_free_bytes", "Room on the disk of the data folder.", reading.disk_free)
    about = "Visits of the last hour, by what was answered."
    answered = GaugeMetricFamily("haidang_visits_last_hour", about, labels=["action"])
    for action, number in sorted(reading.answered.items()):
        answered.add_metric([action], number)
    yield answered


def _of_doors(alive: list[Door]) -> Iterator[Metric]:
    """Give what each door tells, by number: the name of a machine may be that of a child."""
    for name, about in OF_DOORS:
        unit = "_bytes" if name == "memory" else ""
        gauge = GaugeMetricFamily(f"haidang_door_{name}{unit}", about, labels=["door"])
        for number, door in enumerate(alive, 1):
            gauge.add_metric([str(number)], getattr(door, name))
        yield gauge
    dropped = {"journal_dropped": "Records that had to be left out."}
    for name, about in (COUNTED | dropped).items():
        counter = CounterMetricFamily(f"haidang_door_{name}", about, labels=["door"])
        for number, door in enumerate(alive, 1):
            counter.add_metric([str(number)], _counted(door, name))
        yield counter


def _counted(door: Door, name: str) -> int:
    return door.journal_dropped if name == "journal_dropped" else door.counts.get(name, 0)


def _of_clock(rung: dict[str, Ring]) -> Iterator[Metric]:
    about = "When a piece of work of the clock was done last, or tried."
    at = GaugeMetricFamily("haidang_clock_last_ring_timestamp_seconds", about, labels=["work"])
    about = "How often in a row a piece of work failed."
    failures = GaugeMetricFamily("haidang_clock_failures", about, labels=["work"])
    for name, ring in rung.items():
        at.add_metric([name], ring.at.timestamp())
        failures.add_metric([name], ring.failures)
    yield at
    yield failures


def _gauge(name: str, about: str, value: float) -> Metric:
    gauge = GaugeMetricFamily(f"haidang_{name}", about)
    gauge.add_metric([], value)
    return gauge
