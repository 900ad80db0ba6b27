"""The house rules that a machine can hold: about the code."""

import ast
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import api
import cli
import feeds
import proxy
import reports
import rules
import store
import words
from tests.house import sizes

ROOT = Path(__file__).parents[2]
ROOMS = (rules, words, store, feeds, reports, proxy, api, cli)


def modules() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room.__name__).rglob("*.py"))]


def test_rooms_are_those_of_this_repository_and_no_package_of_the_same_name() -> None:
    elsewhere = [
        room.__file__ for room in ROOMS if not Path(room.__file__ or "").is_relative_to(ROOT)
    ]
    assert not elsewhere


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules()
        if path.read_text() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent


def test_nothing_is_longer_than_the_house_allows() -> None:
    assert not sizes.too_long(ROOT)


def test_a_function_that_is_too_long_would_be_found(tmp_path) -> None:
    (tmp_path / "rules").mkdir()
    body = "\n".join(f"    x{line} = {line}" for line in range(61))
    (tmp_path / "rules" / "long.py").write_text(f"def long():\n{body}\n")
    (tmp_path / "rules" / "file.py").write_text("x = 1\n" * 401)
    assert sizes.too_long(tmp_path) == [
        "62 lines: rules/long.py:1 long",
        "401 lines: rules/file.py",
    ]


def test_only_the_hall_looks_at_the_clock() -> None:
    looks = [
        str(path.relative_to(ROOT))
        for path in modules()
        if any(call in path.read_text() for call in ("datetime.now(", "date.today(", "time.time("))
    ]
    assert looks == ["cli/clock.py"]


@pytest.mark.skipif(
    not (ROOT / "api/static/vendor/.made-from").exists(), reason="front-end packages: make assets"
)
def test_a_wheel_carries_everything_a_room_needs(tmp_path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=110,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    needed = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room.__name__).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert needed
    assert not needed - names
    assert any(name.endswith("vendor/htmx.min.js") for name in names)
    assert not any(name.startswith(("tests/", "docs/", "data/")) for name in names)
