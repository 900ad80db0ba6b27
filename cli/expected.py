"""What a setting expects, in one phrase, read from its type."""

from pathlib import Path
from types import UnionType
from typing import Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from rules.explain import Sentence


def expected(field: FieldInfo) -> Sentence:
    """Say what a setting expects."""
    kind = _without_none(field.annotation)
    if get_origin(kind) is Literal:
        return Sentence("one of {choices}", {"choices": ", ".join(get_args(kind))})
    if kind is int:
        return _number(field)
    if kind is float:
        return Sentence("a number above {low}", {"low": _bound(field, Gt, "gt", 0)})
    return _SAYINGS.get(str(get_origin(kind) or kind), _text)(field)


def _without_none(kind: object) -> object:
    if isinstance(kind, UnionType):
        return next(part for part in get_args(kind) if part is not type(None))
    return kind


def _number(field: FieldInfo) -> Sentence:
    low, high = str(_bound(field, Ge, "ge", 0)), str(_bound(field, Le, "le", ""))
    return Sentence("a whole number from {low} to {high}", {"low": low, "high": high})


def _bound(field: FieldInfo, kind: type, name: str, default: object) -> object:
    found = (getattr(bound, name) for bound in field.metadata if isinstance(bound, kind))
    return next(found, default)


def _text(field: FieldInfo) -> Sentence:
    if field.examples:
        return Sentence("a text like {example}", {"example": str(field.examples[0])})
    return Sentence("a text", {})


_SAYINGS = {
    str(bool): lambda _: Sentence("true or false", {}),
    str(Path): lambda _: Sentence("the path of a file or folder", {}),
    str(SecretStr): lambda _: Sentence("a text", {}),
    str(tuple): lambda _: Sentence("a list such as {example}", {"example": "[443, 80]"}),
    str(dict): lambda _: Sentence(
        "a table such as {example}", {"example": '{"*": "127.0.0.1:443"}'}
    ),
}
