"""Forms: read into a typed model; keep what was typed and say what does not fit."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request

from api.errors import Misfit
from api.reader import reader_of
from rules.misfits import told
from rules.sentences import Sentence
from words.speech import Speech

MISTAKES: Mapping[str, Sentence] = {
    # The choices stand in the form, under names of their own.
    "literal_error": Sentence("Please choose one of these.", {}),
    "enum": Sentence("Please choose one of these.", {}),
    "too_short": Sentence("Please choose at least one.", {}),
}
"""What a form says differently."""


@dataclass(slots=True)
class Filled[M: BaseModel]:
    """A form as it was filled in: the model if everything fits, else what to say where."""

    typed: dict[str, list[str]] = field(default_factory=dict)
    model: M | None = None
    errors: dict[str, str] = field(default_factory=dict)

    def value(self, name: str, otherwise: object = "") -> str:
        """Return what stands in a field."""
        found = self.typed.get(name)
        return found[0] if found else ("" if otherwise is None else str(otherwise))

    def has(self, name: str, value: object) -> bool:
        """Tell whether a choice is ticked."""
        return str(value) in self.typed.get(name, [])


def empty(**values: object) -> Filled[BaseModel]:
    """Return a form not filled in yet, with values to begin with (lists for several choices)."""
    typed = {
        name: [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]
        for name, value in values.items()
        if value is not None
    }
    return Filled(typed)


async def fill[M: BaseModel](request: Request, model: type[M]) -> Filled[M]:
    """Read the form a request carries."""
    async with request.form(max_files=0, max_fields=1000) as form:
        typed: dict[str, list[str]] = {}
        for name, value in form.multi_items():
            if not isinstance(value, UploadFile):
                typed.setdefault(name, []).append(value.strip() if name != "password" else value)
    filled: Filled[M] = Filled(typed)
    try:
        filled.model = model.model_validate(_values(model, typed))
    except ValidationError as error:
        filled.errors = _sentences(error, reader_of(request).speech)
    return filled


def _values(model: type[BaseModel], typed: dict[str, list[str]]) -> dict[str, object]:
    """Give lists where the model wants several values, and leave out fields left empty."""
    several = {
        name
        for name, info in model.model_fields.items()
        if getattr(info.annotation, "__origin__", None) in (list, tuple)
    }
    values: dict[str, object] = {}
    for name, found in typed.items():
        if name in several:
            values[name] = [item for item in found if item]
        elif found[0] and name in model.model_fields:
            values[name] = found[0]
    return values


def _sentences(error: ValidationError, speech: Speech) -> dict[str, str]:
    """Say each mistake in the reader's language, one for a field."""
    sentences: dict[str, str] = {}
    for found in error.errors():
        name = str(found["loc"][0]) if found["loc"] else ""
        said = MISTAKES.get(found["type"]) or told(found)
        sentences.setdefault(name, speech.sentence(said))
    return sentences


async def attempt[M: BaseModel, T](
    form: Filled[M], verb: Callable[[M], Awaitable[T]], speech: Speech
) -> T | None:
    """Do what a form asks for; what does not fit is said at its field, and nothing is returned."""
    if form.model is None:
        return None
    try:
        return await verb(form.model)
    except Misfit as error:
        form.errors[error.field] = speech.say(error.message, **error.values)
        return None


async def carry_out[M: BaseModel](
    request: Request, model: type[M], verb: Callable[[M], Awaitable[object]]
) -> Filled[M]:
    """Read a form and do what it asks for; it was done where the form has no errors."""
    form = await fill(request, model)
    await attempt(form, verb, reader_of(request).speech)
    return form
