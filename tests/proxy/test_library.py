"""What a door loads, and what it leaves out."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEVER = "flask ldap3 werkzeug apprise fastapi alembic uvicorn typst sqlalchemy.orm asyncpg"


def test_a_door_loads_no_web_server_no_directory_of_users_and_no_object_mapper() -> None:
    asks = f"import sys, proxy.main; print(*set(sys.modules) & set({NEVER.split()}))"
    run = subprocess.run(
        [sys.executable, "-c", asks], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not run.stdout.split()
