"""Rules about addresses: a path, a parameter, a kind of file, a pattern, a word.

Only these make it necessary to look inside a connection, so each says of which sites it speaks.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Self
from urllib.parse import parse_qsl, unquote

from pydantic import AfterValidator, Field, field_validator, model_validator

from rules.mistakes import Mistake
from rules.patterns import check, finds
from rules.scope import Scope
from rules.values import Choice, Frozen

MOST_DECODED = 3
"""Times an address may have been encoded; nobody honest does it more often."""
ANYTHING = "*"
FILE_TYPE = r"^[a-z0-9]{1,10}$"

type Text = Annotated[str, Field(min_length=1, max_length=200)]
type Pattern = Annotated[str, AfterValidator(check)]
type FileType = Annotated[str, Field(pattern=FILE_TYPE)]


class UrlRule(Frozen):
    """Opens or stops addresses of a scope; all that is given must be met."""

    name: Annotated[str, Field(max_length=80)] = ""
    scope: Scope
    effect: Choice = Choice.BLOCK
    path: Annotated[str, Field(max_length=500)] = ""
    """This path and everything below it: /shorts."""
    query: Annotated[dict[Text, Text], Field(max_length=10)] = Field(default_factory=dict)
    """Parameters and their values; * is any value."""
    types: Annotated[tuple[FileType, ...], Field(max_length=40)] = ()
    """Endings of files, without the dot."""
    pattern: Pattern = ""
    """A regular expression, found anywhere in the path and the query."""
    words: Annotated[tuple[Text, ...], Field(max_length=200)] = ()
    """One of these stands anywhere in the path or the query."""

    @field_validator("path")
    @classmethod
    def _from_the_root(cls, path: str) -> str:
        if path and not path.startswith("/"):
            raise Mistake("A path begins with /.")
        return path

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not (self.path or self.query or self.types or self.pattern or self.words):
            raise Mistake(
                "Say what the address must have: a path, a parameter, a file type, a pattern."
            )
        return self


@dataclass(frozen=True, slots=True)
class Address:
    """The path and the query of a visit in one plain form, so that no spelling slips through."""

    path: str
    query: str
    parameters: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """Return both as one text."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class Matcher:
    """A rule ready to be asked about addresses."""

    path: str
    query: tuple[tuple[str, str], ...]
    types: frozenset[str]
    pattern: re.Pattern[str] | None
    words: tuple[str, ...]
    unsure: bool
    """What to answer where the address is too long for the pattern: what is stricter."""

    def meets(self, address: Address) -> bool:
        """Tell whether an address is one that the rule speaks of."""
        return (
            self._meets_path(address.path)
            and all(_has(address.parameters, name, value) for name, value in self.query)
            and (not self.types or _ending(address.path) in self.types)
            and (not self.words or any(word in address.text for word in self.words))
            and self._meets_pattern(address.text)
        )

    def _meets_path(self, path: str) -> bool:
        return not self.path or path == self.path or path.startswith(f"{self.path}/")

    def _meets_pattern(self, text: str) -> bool:
        if self.pattern is None:
            return True
        found = finds(self.pattern, text)
        return self.unsure if found is None else found


def compile_url(rule: UrlRule) -> Matcher:
    """Make a rule ready."""
    return Matcher(
        path=plain_path(rule.path).rstrip("/") if rule.path else "",
        query=tuple((name.lower(), value.lower()) for name, value in rule.query.items()),
        types=frozenset(rule.types),
        pattern=re.compile(rule.pattern, re.IGNORECASE) if rule.pattern else None,
        words=tuple(word.lower() for word in rule.words),
        unsure=rule.effect is Choice.BLOCK,
    )


def address_of(path: str, query: str) -> Address:
    """Write an address in its plain form."""
    decoded = _decoded(query.replace("+", " ")).lower()
    parameters = parse_qsl(query.lower(), keep_blank_values=True, encoding="utf-8")
    return Address(plain_path(path), decoded, tuple(parameters))


def plain_path(path: str) -> str:
    """Decode a path, write it small, and take out empty parts, dots and steps back."""
    parts: list[str] = []
    for part in _decoded(path).lower().replace("\\", "/").split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


def _decoded(text: str) -> str:
    for _ in range(MOST_DECODED):
        once = unquote(text)
        if once == text:
            break
        text = once
    return text


def _has(parameters: tuple[tuple[str, str], ...], name: str, value: str) -> bool:
    return any(key == name and value in (ANYTHING, found) for key, found in parameters)


def _ending(path: str) -> str:
    _, dot, ending = path.rpartition("/")[2].rpartition(".")
    return ending if dot else ""
