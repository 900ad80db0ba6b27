"""`python -m tests.demo.door PLAN`: the real door, on a clock that the story's teller moves."""

import sys
from pathlib import Path

import uvloop
from pydantic import BaseModel

from cli.processes import end_with_parent
from feeds.newest import Newest
from proxy.main import run_door
from proxy.settings import DoorSettings
from tests.demo.clock import SharedClock


class Plan(BaseModel):
    """What the door process needs to know."""

    db_url: str
    data: Path
    clock: Path
    settings: DoorSettings


async def main(plan: Plan) -> None:
    """Run the door until SIGTERM."""
    await run_door(
        db_url=plan.db_url,
        data=plan.data,
        settings=plan.settings,
        load_catalogue=Newest(plan.data / "lists"),
        clock=SharedClock(plan.clock),
        worker="demo/past",
    )


if __name__ == "__main__":
    end_with_parent()
    uvloop.run(main(Plan.model_validate_json(sys.argv[1])))
