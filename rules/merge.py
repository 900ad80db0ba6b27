"""Two changes of the same rules brought together: what only one side changed, holds."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from rules.policy import Policy

MISSING = object()


@dataclass(frozen=True, slots=True)
class Merged:
    """Both changes in one policy."""

    policy: Policy
    both: tuple[str, ...]
    """The fields where both changed the same thing differently; mine holds there."""


def merge(base: Policy, mine: Policy, theirs: Policy) -> Merged | None:
    """Bring two changes of a policy together; None where the two cannot stand side by side."""
    parts: dict[str, object] = {}
    both: list[str] = []
    for name in Policy.model_fields:
        old, my, their = (getattr(policy, name) for policy in (base, mine, theirs))
        parts[name], differs = _value(old, my, their)
        if differs:
            both.append(name)
    try:
        return Merged(Policy.model_validate(_plain(parts)), tuple(both))
    except ValidationError:
        return None


def _value(old: Any, my: Any, their: Any) -> tuple[Any, bool]:
    """Return what holds of one field, and whether both changed it differently."""
    if their in (my, old):
        return my, False
    if my == old:
        return their, False
    if isinstance(old, Mapping):
        return _mapping(old, my, their)
    if isinstance(old, tuple):
        keyed, differs = _mapping(*(_by_key(rows) for rows in (old, my, their)))
        return tuple(keyed.values()), differs
    return my, True


def _mapping(
    old: Mapping[Any, Any], my: Mapping[Any, Any], their: Mapping[Any, Any]
) -> tuple[dict[Any, Any], bool]:
    """Bring mappings together key by key, in my order and then theirs."""
    found: dict[Any, Any] = {}
    differs = False
    for key in dict.fromkeys((*my, *their)):
        value, each = _value(*(rows.get(key, MISSING) for rows in (old, my, their)))
        differs = differs or each
        if value is not MISSING:
            found[key] = value
    return found, differs


def _by_key(rows: Sequence[Any]) -> dict[Hashable, Any]:
    """Give each row the name by which a person would call it the same row."""
    found: dict[Hashable, Any] = {}
    for row in rows:
        key: Hashable = _key(row)
        while key in found:
            key = (key, "again")
        found[key] = row
    return found


def _key(row: Any) -> Hashable:
    if not isinstance(row, BaseModel):
        return str(row)
    names = [name for name in ("name", "scope", "first", "url", "category") if hasattr(row, name)]
    whole: Callable[[], Hashable] = row.model_dump_json
    return tuple(str(getattr(row, name)) for name in names) or whole()


def _plain(parts: Mapping[str, object]) -> dict[str, object]:
    """Write models as their fields, so that the whole is checked again."""
    return {name: _dumped(value) for name, value in parts.items()}


def _dumped(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, tuple):
        return tuple(_dumped(each) for each in value)
    return value
