"""What the service can be told: by the environment, `.env` or `haidang.toml`, strongest first."""

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values
from pydantic import BaseModel, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings.exceptions import SettingsError

from api.settings import PanelSettings
from cli.expected import expected
from cli.saying import plain
from proxy.settings import DoorSettings
from reports.settings import NoticeSettings
from rules.explain import Sentence

PREFIX = "HAIDANG_"
TOML = "haidang.toml"
DOTENV = ".env"
ENVIRONMENT = "environment"
FOR_TESTS = PREFIX + "TEST_"
"""What begins like this belongs to the tests and is no setting."""
SECRET = frozenset({"database_url", "ca_passphrase", "mail_password", "metrics_token"})
"""Never shown."""

type Where = tuple[str, ...]
"""The path of a setting: ("panel", "port")."""
type Origins = dict[Where, str]
"""Where each setting that was given comes from."""


class InvalidSetting(Exception):  # noqa: N818 it is what it is called
    """A setting cannot be used; its sentence says which, where it was set and what is expected."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(plain(sentence))
        self.sentence = sentence


class Settings(BaseSettings):
    """Settings of the whole service."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    data: Path = Field(
        Path("data"),
        description="Folder where everything is kept: database, certificates, logs, lists.",
    )
    database_url: str = Field(
        "",
        description="Where the database is; empty means SQLite in the data folder.",
        pattern=r"^(|sqlite\+aiosqlite:///.+|postgresql\+asyncpg://.+)$",
        examples=["postgresql+asyncpg://haidang:secret@localhost/haidang"],
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much is written to the log files."
    )
    keep_visits_days: int = Field(
        90, ge=1, le=3660, description="Days that visits are kept; sums and minutes stay longer."
    )
    keep_pages_days: int = Field(
        30, ge=1, le=3660, description="Days that opened pages are kept (privacy level “pages”)."
    )
    ca_passphrase: SecretStr | None = Field(
        None,
        description="Encrypts the key of our certificate authority; without it only the file's "
        "rights (0600) guard it.",
    )
    ca_passphrase_file: Path | None = Field(
        None, description="File that holds the passphrase, as containers keep secrets."
    )
    panel: PanelSettings = Field(PanelSettings(), description="The panel.")
    door: DoorSettings = Field(DoorSettings(), description="The doors.")
    notices: NoticeSettings = Field(NoticeSettings(), description="Notices.")

    @property
    def db_url(self) -> str:
        """The database's URL with the default filled in."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data.resolve() / 'haidang.db'}"

    @property
    def passphrase(self) -> bytes | None:
        """The passphrase of the CA's key, if one was given; raises InvalidSetting."""
        if self.ca_passphrase is not None:
            return self.ca_passphrase.get_secret_value().encode()
        if self.ca_passphrase_file is None:
            return None
        try:
            return self.ca_passphrase_file.read_bytes().strip()
        except OSError as error:
            message = Sentence(
                "{name} names {file}, which cannot be read ({error}).",
                {
                    "name": variable(("ca_passphrase_file",)),
                    "file": str(self.ca_passphrase_file),
                    "error": str(error.strerror),
                },
            )
            raise InvalidSetting(message) from error


def load(folder: Path | None = None) -> tuple[Settings, Origins]:
    """Read the settings and where each was given; raises InvalidSetting with one sentence."""
    merged: dict[str, Any] = {}
    origins: Origins = {}
    for origin, given in _sources(folder or Path()):
        for path, value in _leaves(Settings, given):
            _put(merged, path, value)
            origins[path] = origin
    try:
        return Settings.model_validate(merged), origins
    except ValidationError as error:
        raise InvalidSetting(_sentence(error.errors()[0], origins)) from None


def fields(
    model: type[BaseModel] = Settings, path: Where = ()
) -> Iterator[tuple[Where, FieldInfo]]:
    """Give every setting with its path, those of the panel and the doors included."""
    for name, field in model.model_fields.items():
        inner = _model_of(field)
        if inner is None:
            yield (*path, name), field
        else:
            yield from fields(inner, (*path, name))


def variable(path: Where) -> str:
    """Name the environment variable of a setting."""
    return PREFIX + "__".join(path).upper()


def value_of(settings: Settings, path: Where) -> object:
    """Return the value of a setting."""
    value: object = settings
    for name in path:
        value = getattr(value, name)
    return value


def _model_of(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _sources(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give what each source says, the weakest first."""
    toml = _toml(folder / TOML)
    for path, _ in _leaves(Settings, toml):
        if path not in dict(fields()):
            raise InvalidSetting(_unknown(".".join(path), TOML))
    yield TOML, toml
    dotenv = folder / DOTENV
    lines = dotenv_values(dotenv) if dotenv.is_file() else {}
    source = DotEnvSettingsSource(Settings, env_file=dotenv, dotenv_filtering="match_prefix")
    yield DOTENV, _parsed(source, lines, DOTENV)
    yield ENVIRONMENT, _parsed(EnvSettingsSource(Settings), os.environ, ENVIRONMENT)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = Sentence(
            "{file} cannot be read as TOML: {error}.", {"file": TOML, "error": str(error)}
        )
        raise InvalidSetting(message) from None


def _parsed(
    source: EnvSettingsSource, variables: Mapping[str, str | None], origin: str
) -> dict[str, Any]:
    known = {variable(path): (path, field) for path, field in fields()}
    for name, text in variables.items():
        upper = name.upper()
        if not upper.startswith(PREFIX) or upper.startswith(FOR_TESTS):
            continue
        if upper not in known:
            raise InvalidSetting(_unknown(name, origin))
        _must_parse(*known[upper], text or "", origin)
    try:
        return source()
    except SettingsError as error:
        message = Sentence("A setting cannot be read: {error}.", {"error": str(error)})
        raise InvalidSetting(message) from None


def _must_parse(path: Where, field: FieldInfo, text: str, origin: str) -> None:
    """Refuse a list or table that is no JSON by name; pydantic-settings would name the section."""
    if not str(field.annotation).startswith(("tuple", "dict")):
        return
    try:
        json.loads(text)
    except ValueError:
        raise InvalidSetting(_wrong(path, field, text, origin)) from None


def _leaves(
    model: type[BaseModel], given: Mapping[str, Any], path: Where = ()
) -> Iterator[tuple[Where, Any]]:
    """Give each value with its path; of a section that is no table, the section itself."""
    for name, value in given.items():
        inner = _model_of(model.model_fields[name]) if name in model.model_fields else None
        if inner is not None and isinstance(value, Mapping):
            yield from _leaves(inner, value, (*path, name))
        else:
            yield (*path, name), value


def _put(tree: dict[str, Any], path: Where, value: object) -> None:
    for name in path[:-1]:
        tree = tree.setdefault(name, {})
    tree[path[-1]] = value


def _sentence(error: ErrorDetails, origins: Origins) -> Sentence:
    where = tuple(str(part) for part in error["loc"])
    path, field = next(one for one in fields() if one[0] == where[: len(one[0])])
    return _wrong(path, field, error["input"], origins.get(path, ENVIRONMENT))


def _wrong(path: Where, field: FieldInfo, given: object, origin: str) -> Sentence:
    shown = "***" if SECRET & set(path) else str(given)
    return Sentence(
        "{name}, set to “{given}” in {origin}, cannot be used: expected is {expected}.",
        {
            "name": _name(path, origin),
            "given": shown,
            "origin": _origin(origin),
            "expected": expected(field),
        },
    )


def _unknown(name: str, origin: str) -> Sentence:
    return Sentence(
        "{name}, set in {origin}, is not a setting: docs/settings.md lists them all.",
        {"name": name, "origin": _origin(origin)},
    )


def _origin(origin: str) -> object:
    return Sentence("the environment", {}) if origin == ENVIRONMENT else origin


def _name(path: Where, origin: str) -> str:
    return ".".join(path) if origin == TOML else variable(path)
