"""Every setting on one page: docs/settings.md, and the table of `haidang settings`."""

from pydantic.fields import FieldInfo
from rich.console import Console
from rich.table import Table

from cli.expected import expected
from cli.saying import plain, spoken
from cli.settings import (
    DOTENV,
    ENVIRONMENT,
    SECRET,
    TOML,
    Origins,
    Settings,
    Where,
    fields,
    value_of,
    variable,
)
from rules.explain import Sentence

HEAD = f"""\
<!-- Written by `make docs` from the settings themselves; a test keeps it fresh. -->
# Settings

Each setting can be given in three places; the first that names it wins:

1. the environment: `{variable(("panel", "port"))}=8081`
2. a file `{DOTENV}` in the folder where the service is started, with the same names
3. a file `{TOML}` in the same folder: `[panel]` and below it `port = 8081`

`haidang settings` shows the values in force and where each comes from. A value that cannot be
used ends the start with one sentence that says what is expected; so does a name that is no setting.

| Environment | `{TOML}` | Expected | Default | What it is |
|---|---|---|---|---|
"""


def page() -> str:
    """Write docs/settings.md."""
    rows = (
        f"| `{variable(path)}` | `{'.'.join(path)}` | {plain(expected(field))} "
        f"| {_default(field)} | {field.description} |"
        for path, field in fields()
    )
    return HEAD + "\n".join(rows) + "\n"


def show(settings: Settings, origins: Origins) -> None:
    """Print every setting, its value and where it was set."""
    titles = (Sentence("Setting", {}), Sentence("Value", {}), Sentence("Set in", {}))
    table = Table(*map(spoken, titles))
    for path, _ in fields():
        table.add_row(variable(path), _shown(settings, path), _origin(origins.get(path)))
    Console(highlight=False).print(table)


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    return "" if value in (None, "", {}) else f"`{_written(value)}`"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(list(value)) if isinstance(value, tuple) else str(value)


def _shown(settings: Settings, path: Where) -> str:
    value = value_of(settings, path)
    return "***" if value and SECRET & set(path) else _written(value if value is not None else "")


def _origin(origin: str | None) -> str:
    if origin is None:
        return spoken(Sentence("default", {}))
    return spoken(Sentence("environment", {})) if origin == ENVIRONMENT else origin
