"""Whatever somebody writes wrongly, they are told in their own language what to do."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, ValidationError
from pydantic_core.core_schema import ErrorType

from api.rest import ROUTERS
from rules import misfits
from rules.asks import Terms, Wish
from rules.earn import Exchange, Task
from rules.misfits import OTHERWISE, told
from rules.pack import SignedPack
from rules.policy import Policy
from words.extract import ROOT
from words.speech import PLACEHOLDER, Speech

VI, EN = Speech("vi", "Asia/Ho_Chi_Minh"), Speech("en", "Asia/Ho_Chi_Minh")
JUNK = (
    *(None, True, -1, 7, 10**9, 1.5, float("inf"), "", "x", "a b", "25:99", "24:00", "2026-13-40"),
    *("2026-11-24", "2026-11-24T10:00:00", "everything:x", "url:a.vn", "list:none", "(a+)+", "/a"),
    *("x" * 3000, [], ["a b"], [1] * 500, ["x"] * 500, {}, {"a b": 1}, {"nonsense": 1}),
)
EVERYTHING = {
    "version": 1,
    "categories": {"games": "block"},
    "services": {"roblox": "allow"},
    "allow": ["a.vn"],
    "block": ["b.vn"],
    "hours": [
        {
            "name": "bedtime",
            "scope": "list:mine",
            "effect": "closed",
            "windows": [{"days": [0], "start": "21:00", "end": "24:00"}],
            "holiday": [{"start": "22:00", "end": "06:00"}],
        }
    ],
    "allowances": [
        {"scope": "category:games", "minutes": [30] * 7, "per_service": True, "warn": [5]},
        {"scope": "everything", "week": 300, "carry": 10, "every": 30},
    ],
    "unlisted": "allow",
    "safe_search": True,
    "youtube": "off",
    "privacy": "sites",
    "pause": {"by": "Ana", "until": "2026-11-24T10:00:00Z"},
    "lists": {"mine": ["c.vn"]},
    "exceptions": [{"name": "x", "first": "2026-11-24", "last": "2026-11-25", "like": "holiday"}],
    "urls": [{"scope": "everything", "path": "/a", "query": {"q": "*"}, "types": ["pdf"]}],
    "floors": [{"scope": "everything", "minutes": 0}],
    "applies": {"windows": [], "dates": [["2026-09-05", "2027-05-31"]], "networks": ["school"]},
}


def spoilt(value: object) -> Iterator[object]:
    """Give a document with each of its parts, one at a time, replaced by each piece of junk."""
    yield from JUNK
    if isinstance(value, dict):
        yield {**value, "nonsense": 1}
        for key, part in value.items():
            yield {name: each for name, each in value.items() if name != key}
            yield from ({**value, key: worse} for worse in spoilt(part))
    if isinstance(value, list) and value:
        yield [*value, *value]
        yield from ([worse, *value[1:]] for worse in spoilt(value[0]))


def errors(model: type[BaseModel], document: object) -> list:
    try:
        model.model_validate(document)
    except ValidationError as error:
        return error.errors()
    return []


def assert_told(error) -> None:
    sentence = told(error)
    said, english = VI.sentence(sentence), EN.sentence(sentence)
    assert sentence.message != OTHERWISE.message, error
    assert said != english, error
    assert not PLACEHOLDER.search(sentence.message) or sentence.values, error
    assert "{min" not in said
    assert "{max" not in said


def test_every_mistake_in_a_policy_is_told_in_the_readers_language() -> None:
    Policy.model_validate(EVERYTHING)
    kinds = set()
    for document in spoilt(EVERYTHING):
        for error in errors(Policy, document):
            assert_told(error)
            kinds.add(error["type"])
    assert {"value_error", "extra_forbidden", "string_pattern_mismatch", "enum"} <= kinds
    assert len(kinds) > 15


def bodies() -> list[type[BaseModel]]:
    """List every model that somebody may send to the REST interface."""
    fields = [
        route.body_field.field_info.annotation
        for router in ROUTERS
        for route in iter_route_contexts(router.routes)
        if getattr(route, "body_field", None) is not None
    ]
    return sorted(
        {kind for kind in fields if isinstance(kind, type) and issubclass(kind, BaseModel)},
        key=lambda kind: kind.__name__,
    )


@pytest.mark.parametrize("model", [*bodies(), SignedPack, Wish, Terms, Exchange, Task])
def test_every_mistake_in_what_is_sent_is_told_in_the_readers_language(model) -> None:
    found = errors(model, {"nonsense": 1})
    for name in model.model_fields:
        found += [error for worse in JUNK for error in errors(model, {name: worse})]
    assert found or not model.model_fields
    for error in found:
        assert_told(error)


def test_what_is_no_json_is_told_with_its_place() -> None:
    with pytest.raises(ValidationError) as wrong:
        Policy.model_validate_json('{"allow": [}')
    (error,) = wrong.value.errors()
    assert VI.sentence(told(error)) == "JSON này không hợp lệ: hãy xem dòng 1, cột 12."


def test_whatever_pydantic_may_say_one_day_is_told_in_vietnamese() -> None:
    for kind in set(get_args(ErrorType)) - {"value_error"}:
        sentence = told({"type": kind, "ctx": {}, "loc": ()})
        assert VI.say(sentence.message) != sentence.message, kind


def test_the_rules_raise_no_mistake_that_cannot_be_translated() -> None:
    plain = [
        f"{path.name}:{node.lineno}"
        for path in sorted((ROOT / Path(misfits.__file__).parent.name).glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Raise) and "ValueError" in ast.unparse(node.exc or node)
    ]
    # How JSON itself must be, told as one: “This is no JSON document.”
    assert all(place.startswith("pack.py") for place in plain), plain
