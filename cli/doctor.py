"""Looks for trouble: one finding for each thing that must be in order, and what to do about it."""

import asyncio
import errno
import shutil
import stat
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from platform import python_version
from ssl import OPENSSL_VERSION
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography import x509

from cli import logged, running
from cli.addresses import why_not
from cli.clock import system_clock
from cli.lock import is_held
from cli.places import ca_folder, listeners, lists_folder, logs_folder
from cli.saying import spoken
from cli.settings import Settings, variable
from feeds.catalogue import Catalogue, load
from feeds.kept import ImportedList, list_all
from feeds.newest import Newest
from proxy.ca import CERTIFICATE, KEY_FILE
from rules import credentials
from rules.explain import Sentence
from rules.findings import Area, Finding, by_area
from store import schema
from store.database import Database
from store.errors import StoreError
from store.sealing import Seal

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


async def examine(
    settings: Settings, db: Database | None = None, newest: Newest | None = None
) -> list[Finding]:
    """Look at everything; in a process that has database and catalogue open, by these."""
    now = system_clock()
    findings = [finding async for finding in _database(settings, db, now)]
    findings += await asyncio.to_thread(_in_files, settings, now, newest)
    return [each for found in by_area(findings).values() for each in found]


def _in_files(settings: Settings, now: datetime, newest: Newest | None) -> list[Finding]:
    catalogue = newest() if newest else load(lists_folder(settings))
    findings = [_catalogue(settings, catalogue), *_lists(settings, now), *_folder(settings)]
    findings += [_clock(settings, now), _zones(), *_ports(settings), _ca(settings, now)]
    return [*findings, *logged.findings(logs_folder(settings), now), *_versions()]


def show(findings: list[Finding]) -> None:
    """Print the findings as a table."""
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False)
    for finding in findings:
        says = _spoken(finding.says) + (f"\n→ {_spoken(finding.do)}" if finding.do else "")
        table.add_row("✓" if finding.is_well else "✗", _spoken(finding.what), says)
    Console(highlight=False).print(table)


def _spoken(sentence: Sentence) -> str:
    values = {
        name: f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else value
        for name, value in sentence.values.items()
    }
    return spoken(Sentence(sentence.message, values))


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


def _catalogue(settings: Settings, catalogue: Catalogue) -> Finding:
    what, kept = Sentence("Catalogue", {}), list_all(lists_folder(settings))
    newest = max((each.changed for each in kept if each.changed), default=None)
    values = {
        "categories": len(catalogue.categories),
        "services": len(catalogue.services),
        "lists": len(kept),
        "newest": f"{newest:%Y-%m-%d}" if newest else "–",
        "version": catalogue.version[:12] or "–",
    }
    says = Sentence(
        "{categories} categories, {services} services, {lists} lists (newest copy {newest}), "
        "version {version}",
        values,
    )
    first = catalogue.warnings[0] if catalogue.warnings else None
    do = Sentence(first.message, first.values) if first else None
    return Finding(what, says, do, Area.CATALOGUE)


def _lists(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Look at each list from outside that an adult has to know about."""
    for kept in list_all(lists_folder(settings)):
        what = Sentence("List “{name}”", {"name": kept.name})
        if found := _of_list(kept, now):
            says, do = found
            yield Finding(what, says, do, Area.CATALOGUE)


def _of_list(kept: ImportedList, now: datetime) -> tuple[Sentence, Sentence] | None:
    if kept.alarm and kept.waiting:
        says = Sentence(
            "shrank from {before} to {after} sites; the old copy is in use",
            {"before": kept.sites, "after": kept.waiting.sites},
        )
        return says, Sentence(
            "Decide: haidang feeds keep {id}, or haidang feeds take {id}", {"id": kept.id}
        )
    if kept.trouble and kept.failures >= FAILURES:
        return kept.trouble, Sentence(
            "Look at its address, or remove it: haidang feeds remove {id}", {"id": kept.id}
        )
    if kept.next and kept.next < now - LATE:
        says = Sentence("was not asked for more than a day", {})
        return says, Sentence("See that the clock runs: it is part of haidang run.", {})
    return None


async def _database(
    settings: Settings, db: Database | None, now: datetime
) -> AsyncIterator[Finding]:
    what = Sentence("Database", {})
    if db is None and not settings.database_url and not (settings.data / "haidang.db").exists():
        yield Finding(what, Sentence("made at the first start", {}))
        return
    try:
        found = await _asked(settings, db, now)
    except (StoreError, OSError) as error:
        do = Sentence(
            "See that it runs and that {name} is right.", {"name": variable(("database_url",))}
        )
        yield Finding(what, _text(str(error)), do)
        return
    yield Finding(what, Sentence("opens, newest schema", {}))
    for each in found:
        yield each


async def _asked(settings: Settings, db: Database | None, now: datetime) -> list[Finding]:
    opened = db or await Database.open(settings.db_url)
    try:
        seal = await asyncio.to_thread(_seal, settings)
        return await running.look(opened, now, runs=is_held(settings.data), seal=seal)
    finally:
        if db is None:
            await opened.close()


def _seal(settings: Settings) -> Seal | None:
    """Take the seal that is there: who only looks makes no key."""
    file = settings.data / credentials.KEY_FILE
    return Seal(file.read_bytes()) if file.exists() else None


def _versions() -> Iterator[Finding]:
    ours = {"version": version("haidang"), "schema": schema.HEAD}
    says = Sentence("{version}, database schema {schema}", ours)
    yield Finding(Sentence("Hải Đăng", {}), says, area=Area.VERSIONS)
    parts = (f"Python {python_version()}", f"mitmproxy {version('mitmproxy')}", OPENSSL_VERSION)
    yield Finding(Sentence("Built on", {}), _text(", ".join(parts)), area=Area.VERSIONS)
