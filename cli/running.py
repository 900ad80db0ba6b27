"""What the doctor asks the database: doors, journal, what was told, and the clock's work."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from rules.credentials import KEY_FILE
from rules.explain import Sentence
from rules.findings import Area, Finding
from store import channels, doors, household, ledger, rings, second_steps, troubles
from store.database import Database
from store.doors import Door
from store.rings import Ring
from store.sealing import Seal
from store.troubles import Troubles

MEGABYTE = 1024 * 1024
MUCH_MEMORY = 400 * MEGABYTE
"""A door is meant to take 150 MB; beyond this something grows that should not."""
MANY_HOURS = 500
BELLS = {
    "rollups": (Sentence("Sums of what was used", {}), timedelta(minutes=5)),
    "days": (Sentence("Sums of days, classes and schools", {}), timedelta(minutes=50)),
    "asks": (Sentence("Ending of old asks", {}), timedelta(minutes=5)),
    "letters": (Sentence("Weekly letters", {}), timedelta(hours=3)),
    "drafts": (Sentence("Forgetting lists of pupils that nobody applied", {}), timedelta(hours=1)),
    "lists": (Sentence("Asking for lists", {}), timedelta(minutes=30)),
    "retention": (Sentence("Forgetting what is old", {}), timedelta(days=2)),
    "backup": (Sentence("Looking whether a backup is due", {}), timedelta(hours=3)),
    "courier": (Sentence("Sending of notices", {}), timedelta(minutes=5)),
    "telling": (Sentence("Looking for what to tell", {}), timedelta(minutes=5)),
    "telling_radar": (Sentence("Looking for ways around", {}), timedelta(minutes=30)),
}
"""The clock's work in words, and how long it may be silent."""


async def look(db: Database, now: datetime, *, runs: bool, seal: Seal | None) -> list[Finding]:
    """Look at everything that the database tells; `runs`: the service is meant to be at work."""
    async with db.read() as connection:
        alive = await doors.alive(connection, now=now)
        newest = await household.revision(connection)
        counted = await troubles.count(connection, now=now)
        rung = await rings.last(connection)
        broken = await ledger.first_broken(connection)
        lost = await channels.unreadable(connection, seal)
        apps = await second_steps.unreadable(connection, seal)
    return [
        *of_doors(alive, newest, counted, runs=runs),
        *of_journal(alive, counted),
        *of_telling(counted),
        *of_clock(rung, now, runs=runs),
        of_ledger(broken),
        of_secrets(lost, apps),
    ]


def of_doors(alive: list[Door], newest: int, counted: Troubles, *, runs: bool) -> Iterator[Finding]:
    """Say which doors live, and of each whether it has the newest rules."""
    do = Sentence("See {log}.", {"log": "logs/door-1.log"})
    says = Sentence(
        "{n} alive, {devices} of {all} devices came through in the last five minutes",
        {"n": len(alive), "devices": counted.devices_seen, "all": counted.devices},
    )
    is_bad = runs and not alive
    yield Finding(Sentence("Doors", {}), says, do if is_bad else None, Area.DOORS)
    for door in alive:
        yield _of_door(door, newest)


def _of_door(door: Door, newest: int) -> Finding:
    values = {
        "revision": str(door.revision),
        "newest": str(newest),
        "n": door.connections,
        "memory": door.memory // MEGABYTE,
    }
    says = Sentence("rules {revision} of {newest}, {n} connections, {memory} MB", values)
    do = None
    if door.last_error:
        do = Sentence("It says: {error}. See its log.", {"error": door.last_error})
    elif door.revision < newest:
        do = Sentence("It takes over a change. If this stays for a minute: see its log.", {})
    elif door.memory > MUCH_MEMORY:
        do = Sentence("It has grown large. Give it a fresh start: haidang update-doors", {})
    return Finding(Sentence("Door {name}", {"name": door.name}), says, do, Area.DOORS)


def of_journal(alive: list[Door], counted: Troubles) -> Iterator[Finding]:
    """Say whether what is recorded arrives."""
    waiting = sum(door.journal_waiting for door in alive)
    spooled = sum(door.journal_spooled for door in alive)
    dropped = sum(door.journal_dropped for door in alive)
    values = {"waiting": waiting, "spooled": spooled, "dropped": dropped}
    says = Sentence("{waiting} waiting, {spooled} batches on disk, {dropped} left out", values)
    do = None
    if dropped:
        do = Sentence(
            "The disk was full while the database was away: make room. The letter says so, too.", {}
        )
    elif spooled:
        do = Sentence(
            "The database does not take it in time. Nothing is lost; see whether the disk is slow "
            "or the database away.",
            {},
        )
    yield Finding(Sentence("Journal", {}), says, do, Area.RECORD)
    late = counted.hours_waiting > MANY_HOURS
    do = Sentence("See that the clock runs: it is part of haidang run.", {})
    says = Sentence("{n} hours still to be summed", {"n": counted.hours_waiting})
    yield Finding(Sentence("Sums", {}), says, do if late else None, Area.RECORD)


def of_ledger(broken: int | None) -> Finding:
    """Say whether the ledger is as it was written."""
    what = Sentence("Ledger", {})
    if broken is None:
        return Finding(what, Sentence("unbroken chain", {}), area=Area.RECORD)
    do = Sentence("Somebody changed the database by hand. Compare with a backup.", {})
    says = Sentence("line {n} was altered", {"n": str(broken)})
    return Finding(what, says, do, Area.RECORD)


def of_secrets(channels_lost: int, apps_lost: int) -> Finding:
    """Say whether what lies sealed in the database can still be opened."""
    what = Sentence("Sealed secrets", {})
    if not channels_lost and not apps_lost:
        return Finding(what, Sentence("can be opened", {}))
    says = Sentence(
        "cannot be opened (channels of notices: {channels}, apps for codes: {apps})",
        {"channels": channels_lost, "apps": apps_lost},
    )
    do = Sentence(
        "Put {file} of a backup back into the data folder and restart. Without it: add the "
        "channels again, and sign in with a recovery code.",
        {"file": KEY_FILE},
    )
    return Finding(what, says, do)


def of_telling(counted: Troubles) -> Iterator[Finding]:
    """Say whether letters are written and notices arrive."""
    says, do = Sentence("all written", {}), None
    if counted.letters_stuck:
        says = Sentence("{n} were begun and not finished", {"n": counted.letters_stuck})
        do = Sentence("They are tried again every hour. See {log}.", {"log": "logs/clock.log"})
    yield Finding(Sentence("Letters", {}), says, do, Area.TELLING)
    values = {"failed": counted.notices_failed, "waiting": counted.notices_waiting}
    says = Sentence("{failed} given up since yesterday, {waiting} tried again", values)
    do = None
    if counted.notices_failed:
        do = Sentence("Open “Notices” and try the channel; the reason stands beside it.", {})
    yield Finding(Sentence("Notices", {}), says, do, Area.TELLING)


def of_clock(rung: dict[str, Ring], now: datetime, *, runs: bool) -> Iterator[Finding]:
    """Say of each of the clock's works when it was done last."""
    for name, (what, patience) in BELLS.items():
        ring = rung.get(name)
        if ring is None:
            yield Finding(what, Sentence("not done yet", {}), area=Area.CLOCK)
            continue
        says, do = Sentence("done {when}", {"when": ring.at}), None
        if ring.failures:
            values = {"n": ring.failures, "error": ring.trouble}
            says = Sentence("failed {n} times in a row ({error})", values)
            do = Sentence("It is tried again by itself. See {log}.", {"log": "logs/clock.log"})
        elif runs and now - ring.at > patience:
            do = Sentence("See that the clock runs: it is part of haidang run.", {})
        yield Finding(what, says, do, Area.CLOCK)
