"""One worker of the door that is measured: nothing but what a door loads.

`python -m bench.worker FOLDER SETTINGS WORKER` says so when it listens, and runs until it is told.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from proxy.main import run_door
from proxy.settings import DoorSettings


def now() -> datetime:
    """Tell the time to the processes of the bench."""
    return datetime.now(UTC)  # noqa: TID251 a bench is an edge


def url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder}/haidang.db"


def serve(folder: str, settings: str, worker: str) -> None:
    """Be one worker."""
    from feeds.newest import Newest  # noqa: PLC0415 only this process needs it

    def tell() -> None:
        sys.stdout.write("listening\n")
        sys.stdout.flush()

    uvloop.run(
        run_door(
            db_url=url(Path(folder)),
            data=Path(folder),
            settings=DoorSettings.model_validate_json(settings),
            load_catalogue=Newest(Path(folder) / "lists"),
            clock=now,
            worker=f"bench/{worker}",
            listening=tell,
        )
    )


if __name__ == "__main__":
    serve(*sys.argv[1:])
