"""Examples for the OpenAPI document: one for each body that is sent and each answer that is given.

What a program sends is written by hand where its parts have to fit together; the rest is made from
the schema and the names of its fields. A test holds that every example fits its schema.
"""

from collections.abc import Mapping
from typing import Any

type Schema = Mapping[str, Any]

AN_ID = "0198c4b2-7d1e-7c3a-9a52-3f1b6c0d8e11"
MOMENT = "2026-11-23T13:30:00Z"
BY_NAME: Mapping[str, object] = {
    "address": "192.168.1.30",
    "agent": "Firefox on Android",
    "at": MOMENT,
    "body": "children",
    "by": "Ana",
    "card": "3c:06:30:aa:bb:cc",
    "category": "games",
    "code": "123456",
    "detail": "Kênh học tập",
    "email": "ana@example.com",
    "host": "www.youtube.com",
    "language": "vi",
    "level": "sites",
    "message": "Please look at it again.",
    "minutes": 30,
    "name": "An",
    "password": "biển xanh và hải đăng",
    "pin": "4711",
    "port": 8101,
    "reason": "homework",
    "rule": "category:games",
    "scope": "service:youtube",
    "site": "youtube.com",
    "system": "android",
    "text": "0912 345 678",
    "title": "Tidy up the room",
    "url": "https://www.youtube.com/watch",
    "username": "an-phone",
    "zone": "Asia/Ho_Chi_Minh",
}
DEEP, SHOWN = 5, 2
"""Below so many levels a list is empty, and what may be left out is left out."""
WANTS = {"kinds": ["alert", "ask"], "alerts_from": "concern"}
BODIES: Mapping[str, object] = {
    "AgreeIn": {"agreed": {"level": "sites", "words": False}},
    "Change": {"name": "Mum’s mail", "wants": WANTS},
    "ChannelIn": {"way": "mail", "given": {"address": "ana@example.com"}, "wants": WANTS},
    "ChildForm": {"name": "An", "birth_year": 2014, "language": "vi", "colour": "teal"},
    "GrantIn": {"minutes": 30, "scope": "service:youtube", "reason": "homework"},
    "PauseIn": {"until": MOMENT},
    "KeyIn": {"key": "6b" * 32, "name": "Sở Giáo dục"},
    "Policy": {
        "categories": {"gambling": "block"},
        "block": ["example.com"],
        "allowances": [{"scope": "category:games", "minutes": [30, 30, 30, 30, 30, 60, 60]}],
        "hours": [{"name": "bedtime", "windows": [{"start": "21:00", "end": "06:30"}]}],
    },
    "RoleForm": {"role": "parent", "reach": "all"},
    "Wish": {"scope": "site:example.com", "reason": "homework"},
}
"""Written by hand: by the name of the schema."""


def with_examples(document: dict[str, Any]) -> dict[str, Any]:
    """Put an example beside every JSON body and every JSON answer of a document."""
    schemas = document["components"]["schemas"]
    for methods in document["paths"].values():
        for operation in methods.values():
            contents = [operation.get("requestBody", {}).get("content", {})]
            contents += [each.get("content", {}) for each in operation["responses"].values()]
            for content in contents:
                for kind, described in content.items():
                    if kind.endswith("json") and "schema" in described:
                        described.setdefault("example", example(described["schema"], schemas))
    return document


def example(schema: Schema, schemas: Schema, name: str = "", depth: int = 0) -> object:
    """Make an example of a schema; `name` is that of the field it stands in."""
    if "$ref" in schema:
        title = str(schema["$ref"]).rpartition("/")[2]
        by_hand = BODIES.get(title)
        return by_hand if by_hand is not None else example(schemas[title], schemas, name, depth)
    for told in ("example", "const", "default"):
        if schema.get(told) is not None:
            return schema[told]
    if schema.get("examples"):
        return schema["examples"][0]
    if schema.get("enum"):
        return schema["enum"][0]
    return _of_parts(schema, schemas, name, depth)


def _of_parts(schema: Schema, schemas: Schema, name: str, depth: int) -> object:
    choices = [one for key in ("anyOf", "oneOf", "allOf") for one in schema.get(key, ())]
    if choices:
        said = [one for one in choices if one.get("type") != "null"]
        return example(said[0], schemas, name, depth)
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, schemas, depth)
    if kind == "array":
        return _several(schema, schemas, name, depth)
    plain = {"integer": _number, "number": _number, "string": _text}
    return plain[kind](schema, name) if kind in plain else kind == "boolean" or {}


def _several(schema: Schema, schemas: Schema, name: str, depth: int) -> list[object]:
    few = max(schema.get("minItems", 0), 1 if depth < DEEP else 0)
    places = schema.get("prefixItems") or [schema.get("items", {})] * few
    return [example(each, schemas, name, depth + 1) for each in places]


def _object(schema: Schema, schemas: Schema, depth: int) -> dict[str, object]:
    wanted = set(schema.get("required", ()))
    parts = schema.get("properties", {})
    shown = {key: part for key, part in parts.items() if key in wanted or depth < SHOWN}
    return {key: example(part, schemas, key, depth + 1) for key, part in shown.items()}


def _number(schema: Schema, name: str) -> float:
    least: float = schema.get("minimum", 0)
    most: float | None = schema.get("maximum")
    said = BY_NAME.get(name)
    number: float = said if isinstance(said, int | float) else 1
    number = max(number, least, schema.get("exclusiveMinimum", -1) + 1)
    return min(number, most) if most is not None else number


def _text(schema: Schema, name: str) -> str:
    forms = {
        "uuid": AN_ID,
        "date-time": MOMENT,
        "date": MOMENT[:10],
        "time": "21:00",
        "uri": "https://example.com",
        "binary": "",
    }
    if schema.get("format") in forms:
        return forms[schema["format"]]
    said = BY_NAME.get(name)
    text = said if isinstance(said, str) else name.replace("_", " ")
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    return text.ljust(least, "x")[:most]
