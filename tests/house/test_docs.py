"""The house rules that a machine can hold: about what is written for people."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.main import app
from cli.settings import fields, variable
from cli.settings_page import page
from rules.verdict import Reason
from words.translations import translations

ROOT = Path(__file__).parents[2]
REGISTRIES = re.compile(
    r"registry\.npmjs|pypi\.org|pythonhosted|registry\.yarnpkg|--index-url", re.IGNORECASE
)
ADDRESS_OF_A_LOCK = re.compile(r'"resolved"\s*:')
THIS_FILE = "tests/house/test_docs.py"


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def commands(command: Any, name: str = "haidang") -> Iterator[tuple[str, Any]]:
    below = getattr(command, "commands", {})
    if not below:
        yield name, command
    for word, one in below.items():
        yield from commands(one, f"{name} {word}")


def test_every_reason_is_documented_and_no_other() -> None:
    documented = re.findall(r"^\| `(\w+)` \|", read("docs/reasons.md"), re.MULTILINE)
    assert sorted(documented) == sorted(Reason)


def test_every_setting_is_documented_and_the_page_is_fresh() -> None:
    assert read("docs/settings.md") == page(), "make docs writes it anew"
    for path, field in fields():
        assert field.description, path


def test_the_examples_name_only_settings() -> None:
    known = {variable(path) for path, _ in fields()}
    named = set(re.findall(r"HAIDANG_\w+", read(".env.example") + read("docker-compose.yml")))
    assert named <= known


def test_every_command_is_documented_with_its_help_and_no_other() -> None:
    text = read("docs/commands.md")
    found = dict(commands(typer.main.get_command(app)))
    for name, command in found.items():
        row = re.search(rf"^\| `{name}[^`]*` \| (.+) \|$", text, re.MULTILINE)
        assert row, name
        assert row[1].startswith(command.help)
    documented = re.findall(r"^\| `(haidang[a-z -]*[a-z])", text, re.MULTILINE)
    assert len(documented) == len(found)


def test_the_help_of_every_command_is_translated() -> None:
    vietnamese = translations("vi")
    everything = typer.main.get_command(app)
    lacking = []
    for part in (everything, *everything.commands.values(), *dict(commands(everything)).values()):
        for told in (part, *part.params):
            text = getattr(told, "help", None)
            if text and not getattr(told, "hidden", False) and vietnamese.gettext(text) == text:
                lacking.append(text)
    assert [text for text in lacking if text != "Show this message and exit."] == []


@pytest.mark.parametrize("page", ["when-something-breaks", "ways-around"])
def test_the_tests_that_prove_what_a_table_says_exist(page: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", read(f"docs/{page}.md")))
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    existing = set(re.findall(r"def (test_\w+)\(", tests))
    assert named
    assert not named - existing


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.name}: {link}"
        for page in pages
        for link in re.findall(r"(?<!!)\[[^\]]+\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert not broken


def test_every_target_of_make_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+)[:%-]", read("Makefile"), re.MULTILINE))
    named = set(
        re.findall(
            r"(?:`|^)make ([a-z]+)", read("README.md") + read("CONTRIBUTING.md"), re.MULTILINE
        )
    )
    assert named
    assert not named - targets


def test_no_committed_file_names_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    files = [ROOT / line for line in listed.stdout.splitlines() if line != THIS_FILE]
    named = [
        str(path.relative_to(ROOT))
        for path in files
        if path.is_file()
        and path.suffix in {".txt", ".in", ".toml", ".json", ".lock", ".py", ".yml", ""}
        and _names_a_registry(path)
    ]
    assert not named


def _names_a_registry(path: Path) -> bool:
    text = path.read_text(encoding="utf-8", errors="replace")
    if "feeds/data" in path.as_posix():
        # A site a child may visit is no place packages come from.
        return False
    return bool(REGISTRIES.search(text) or ADDRESS_OF_A_LOCK.search(text))
