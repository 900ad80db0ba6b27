"""What each process loads, and what it leaves to whoever needs it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TERMINALS = "rich pygments click"
RARE = f"{TERMINALS} webauthn openpyxl lxml typst vl_convert apprise sqlalchemy.orm alembic asyncpg"
NEVER = {
    "cli.wiring.house": f"{RARE} sqlalchemy cryptography jinja2 fastapi mitmproxy feeds",
    "cli.wiring.panel": f"{RARE} multiprocessing mitmproxy",
    "cli.wiring.clock": f"{RARE} fastapi mitmproxy",
}


@pytest.mark.parametrize("process", NEVER)
def test_a_process_loads_nothing_that_only_few_of_its_pages_or_none_need(process: str) -> None:
    asks = f"import sys, {process}; print(*filter(sys.modules.get, {NEVER[process].split()}))"
    run = subprocess.run(
        [sys.executable, "-c", asks], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not run.stdout.split()


def test_the_web_server_finds_what_it_asks_of_its_own_package() -> None:
    parts = "uvicorn.lifespan.on, uvicorn.lifespan.off"
    asks = f"import cli, sys, {parts}; print('uvicorn.main' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", asks], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "False"
