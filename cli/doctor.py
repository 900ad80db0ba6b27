"""Looks for trouble: one finding for each thing that must be in order, and what to do about it."""

import asyncio
import errno
import shutil
import stat
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography import x509
from rich.console import Console
from rich.table import Table

from cli.addresses import why_not
from cli.clock import system_clock
from cli.lock import is_held
from cli.places import ca_folder, listeners, lists_folder
from cli.saying import spoken
from cli.settings import Settings, variable
from feeds.catalogue import load
from feeds.kept import list_all
from proxy.ca import CERTIFICATE, KEY_FILE
from rules.explain import Sentence
from store import doors, ledger
from store.database import Database
from store.errors import StoreError

LEAST_SPACE = 500 * 1024 * 1024
SOON = timedelta(days=30)
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right shows an earlier moment than this program was written at."""
SLACK = timedelta(hours=1)
ZONE = "Asia/Ho_Chi_Minh"
LATE = timedelta(days=1)
FAILURES = 3
"""A source that was away once or twice is asked again by itself."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `do` says what to do where it is not well."""

    what: Sentence
    says: Sentence
    do: Sentence | None = None

    @property
    def is_well(self) -> bool:
        """Tell whether nothing needs to be done."""
        return self.do is None


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything."""
    now = system_clock()
    findings = [*_folder(settings), _clock(settings, now), _zones(), *_ports(settings)]
    findings += [_ca(settings, now), await asyncio.to_thread(_catalogue, settings)]
    findings += await asyncio.to_thread(lambda: list(_lists(settings, now)))
    return findings + [finding async for finding in _database(settings, now)]


def show(findings: list[Finding]) -> None:
    """Print the findings as a table."""
    table = Table(show_header=False)
    for finding in findings:
        says = spoken(finding.says) + (f"\n→ {spoken(finding.do)}" if finding.do else "")
        table.add_row("✓" if finding.is_well else "✗", spoken(finding.what), says)
    Console(highlight=False).print(table)


def _text(text: str) -> Sentence:
    return Sentence("{text}", {"text": text})


def _folder(settings: Settings) -> Iterator[Finding]:
    what, folder = Sentence("Data folder", {}), settings.data
    says = _text(str(folder.resolve()))
    if not folder.is_dir():
        yield Finding(
            what,
            Sentence("{folder} is made at the first start.", {"folder": str(folder.resolve())}),
        )
        return
    do = None
    if folder.stat().st_mode & OTHERS:
        do = Sentence(
            "Others on this machine can look into it: chmod 700 {folder}",
            {"folder": str(folder.resolve())},
        )
    yield Finding(what, says, do)
    free = shutil.disk_usage(folder).free
    do = Sentence("Make room on this disk: the journal needs it.", {})
    megabytes = Sentence("{n} MB free", {"n": free // 1024 // 1024})
    yield Finding(Sentence("Disk space", {}), megabytes, do if free < LEAST_SPACE else None)


def _clock(settings: Settings, now: datetime) -> Finding:
    what, do = Sentence("Clock", {}), Sentence("Set this machine's clock (timedatectl).", {})
    says = _text(f"{now:%Y-%m-%d %H:%M} UTC")
    if now < WRITTEN:
        return Finding(what, says, do)
    files = [path for path in settings.data.glob("*") if path.is_file()]
    newest = max((path.stat().st_mtime for path in files), default=0)
    if datetime.fromtimestamp(newest, UTC) > now + SLACK:
        says = Sentence(
            "{now}, but files were written later than that", {"now": says.values["text"]}
        )
        return Finding(what, says, do)
    return Finding(what, says)


def _zones() -> Finding:
    what = Sentence("Time zones", {})
    try:
        ZoneInfo(ZONE)
    except ZoneInfoNotFoundError:
        do = Sentence("Install the time zones (make run does so by itself).", {})
        return Finding(what, Sentence("{zone} is unknown", {"zone": ZONE}), do)
    return Finding(what, Sentence("all known", {}))


def _ports(settings: Settings) -> Iterator[Finding]:
    running = is_held(settings.data)
    for path, host, port in listeners(settings):
        what = Sentence("Port {port}", {"port": str(port)})
        number = why_not(host, port)
        if number == errno.EADDRINUSE and running:
            yield Finding(what, Sentence("Hải Đăng listens here", {}))
        elif number:
            do = Sentence(
                "End what uses it, or set {name} to another port.", {"name": variable(path)}
            )
            yield Finding(what, Sentence("used by another program", {}), do)
        else:
            yield Finding(what, Sentence("free to use", {}))


def _ca(settings: Settings, now: datetime) -> Finding:
    what, folder = Sentence("Certificate authority", {}), ca_folder(settings)
    certificate, key = folder / CERTIFICATE, folder / KEY_FILE
    if not certificate.exists():
        return Finding(what, Sentence("made at the first start", {}))
    until = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    says = Sentence("valid until {day}", {"day": f"{until:%Y-%m-%d}"})
    if key.exists() and key.stat().st_mode & OTHERS:
        do = Sentence(
            "Others on this machine can read its key: chmod 600 {file}", {"file": str(key)}
        )
        return Finding(what, says, do)
    if until < now + SOON:
        do = Sentence(
            "Move {folder} away and restart: a new one is made, and every device must be "
            "given it again.",
            {"folder": str(folder)},
        )
        return Finding(what, says, do)
    return Finding(what, says)


def _catalogue(settings: Settings) -> Finding:
    what = Sentence("Catalogue", {})
    catalogue = load(lists_folder(settings))
    says = Sentence(
        "{categories} categories, {services} services",
        {"categories": len(catalogue.categories), "services": len(catalogue.services)},
    )
    if not catalogue.warnings:
        return Finding(what, says)
    first = catalogue.warnings[0]
    return Finding(what, says, Sentence(first.message, first.values))


def _lists(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Look at each list from outside that an adult has to know about."""
    for kept in list_all(lists_folder(settings)):
        what = Sentence("List “{name}”", {"name": kept.name})
        if kept.alarm and kept.waiting:
            says = Sentence(
                "shrank from {before} to {after} sites; the old copy is in use",
                {"before": kept.sites, "after": kept.waiting.sites},
            )
            do = Sentence(
                "Decide: haidang feeds keep {id}, or haidang feeds take {id}", {"id": kept.id}
            )
            yield Finding(what, says, do)
        elif kept.trouble and kept.failures >= FAILURES:
            do = Sentence(
                "Look at its address, or remove it: haidang feeds remove {id}", {"id": kept.id}
            )
            yield Finding(what, kept.trouble, do)
        elif kept.next and kept.next < now - LATE:
            do = Sentence("See that the clock runs: it is part of haidang run.", {})
            yield Finding(what, Sentence("was not asked for more than a day", {}), do)


async def _database(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    what = Sentence("Database", {})
    if not settings.database_url and not (settings.data / "haidang.db").exists():
        yield Finding(what, Sentence("made at the first start", {}))
        return
    try:
        db = await Database.open(settings.db_url)
    except (StoreError, OSError) as error:
        do = Sentence("See that it runs and that {name} is right.", {"name": _url()})
        yield Finding(what, _text(str(error)), do)
        return
    try:
        yield Finding(what, Sentence("opens, newest schema", {}))
        yield await _ledger(db)
        yield await _doors(db, settings, now)
    finally:
        await db.close()


def _url() -> str:
    return variable(("database_url",))


async def _ledger(db: Database) -> Finding:
    what = Sentence("Ledger", {})
    async with db.read() as connection:
        broken = await ledger.first_broken(connection)
    if broken is None:
        return Finding(what, Sentence("unbroken chain", {}))
    do = Sentence("Somebody changed the database by hand. Compare with a backup.", {})
    return Finding(what, Sentence("line {n} was altered", {"n": str(broken)}), do)


async def _doors(db: Database, settings: Settings, now: datetime) -> Finding:
    what = Sentence("Doors", {})
    async with db.read() as connection:
        alive = await doors.alive(connection, now=now)
    says = Sentence("{n} alive", {"n": len(alive)})
    if is_held(settings.data) and not alive:
        log = settings.data / "logs" / "door-1.log"
        return Finding(what, says, Sentence("See {log}.", {"log": str(log)}))
    return Finding(what, says)
