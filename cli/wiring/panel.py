"""From settings to a running panel."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from uvicorn.config import Config
from uvicorn.server import Server

from api.app import create_app
from api.panel import Panel, TunnelDesk, Upkeep, follow_keeping
from cli.addresses import reachable
from cli.backups import folder_of, list_all, make
from cli.clock import system_clock
from cli.doctor import examine
from cli.places import ca_folder, lists_folder
from cli.processes import announce
from cli.settings import Settings
from cli.setup_code import SetupCode, has_owner
from feeds.newest import Newest
from proxy.ca import ensure_ca
from proxy.process import quiet_collector
from proxy.who import ensure_key
from reports.vapid import ensure_key as push_key
from reports.vapid import public_key
from rules.tunnels import KEY_FILE
from store.database import Database
from store.errors import Away
from store.household import SNAPSHOT
from store.keeping import Keeping
from store.sealing import Seal
from store.spool import FOLDER as SPOOL

IN_STEP = 1.0
"""Seconds between two looks at what other processes may have changed."""
LET_PAGES_FINISH = 3


async def run_panel(settings: Settings, *, new_code: bool) -> None:
    """Run the panel until SIGTERM."""
    db = await Database.open(settings.db_url, Seal(ensure_key(settings.data)))
    try:
        code = SetupCode()
        facts = await _first_run(db, code, new_code=new_code)
        newest = Newest(lists_folder(settings))
        panel = _panel(settings, db, code, newest)
        server = _Server(_uvicorn(panel), lambda: announce(**facts))
        async with asyncio.TaskGroup() as group:
            step = group.create_task(_keep_in_step(panel, code, newest))
            await server.serve()
            step.cancel()
    finally:
        await db.close()


async def _first_run(db: Database, code: SetupCode, *, new_code: bool) -> dict[str, str]:
    if new_code and not await has_owner(db):
        return {"code": await code.renew(db)}
    await code.refresh(db)
    return {}


def _panel(settings: Settings, db: Database, code: SetupCode, newest: Newest) -> Panel:
    return Panel(
        db=db,
        catalogue=newest(),
        clock=system_clock,
        settings=settings.panel,
        keep_visits_days=settings.keep_visits_days,
        keep_pages_days=settings.keep_pages_days,
        lists=lists_folder(settings),
        ca_certificate=ensure_ca(ca_folder(settings), passphrase=settings.passphrase),
        door_host=reachable(settings.door.host),
        door_port=settings.door.port,
        verify_setup_code=code.verify,
        credentials_key=partial(ensure_key, settings.data),
        tunnels=_tunnels(settings),
        push_key=partial(_push_key, settings),
        notices=settings.notices,
        upkeep=Upkeep(
            settings.data,
            partial(examine, settings, db, newest),
            spool=settings.data / SPOOL,
            snapshot=settings.data / SNAPSHOT,
            backups=folder_of(settings),
            list_backups=partial(list_all, folder_of(settings)),
            back_up=partial(make, settings, folder_of(settings), db),
        ),
    )


def _push_key(settings: Settings) -> str:
    return public_key(push_key(settings.data))


def _tunnels(settings: Settings) -> TunnelDesk | None:
    door = settings.door
    if door.tunnels == "off":
        return None
    port = door.port if door.tunnels == "kernel" else 0
    return TunnelDesk(partial(ensure_key, settings.data, KEY_FILE), door.tunnel_host, port)


def _uvicorn(panel: Panel) -> Config:
    return Config(
        create_app(panel),
        host=panel.settings.host,
        port=panel.settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=LET_PAGES_FINISH,
    )


class _Server(Server):
    """Says when it listens. The collector then leaves alone what was loaded until then.

    To walk through that, routes and models above all, took 150 to 450 ms in which no page came:
    one request in a few hundred met it.
    """

    def __init__(self, config: Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, *args: object, **more: object) -> None:
        await super().startup(*args, **more)  # type: ignore[arg-type] # handed on as it came
        if not self.should_exit:
            quiet_collector()
            self._ready()


async def _keep_in_step(panel: Panel, code: SetupCode, newest: Newest) -> None:
    """Follow what is changed elsewhere: a new set-up code, an imported list, days that are kept."""
    defaults = Keeping(panel.keep_visits_days, panel.keep_pages_days)
    while True:
        await asyncio.sleep(IN_STEP)
        if code.is_needed:
            with suppress(Away):
                await code.refresh(panel.db)
        with suppress(Away):
            await follow_keeping(panel, defaults)
        panel.catalogue = await asyncio.to_thread(newest)
