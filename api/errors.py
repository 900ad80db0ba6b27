"""What goes wrong, as a page or as problem JSON (RFC 9457), by one table."""

import logging
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.headers import dress
from api.reader import reader_of
from api.render import local_path, redirect, render, wants_part
from rules.misfits import only_causes, place_of, told
from rules.sentences import Sentence
from store.errors import Away, Conflict, Impossible, NotFound, NotYours, StoreError, Taken
from words.speech import to_say

REST = "/api/"
OWN = "/own/"
"""The child's pages: what goes wrong there is told in their own look, with help at hand."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PROVE = "prove-yourself"
"""The code of a refusal until the adult shows that it is they (see `api.proof`)."""
PROBLEM = "application/problem+json"
log = logging.getLogger(__name__)

SENTENCES: dict[int, str] = {
    400: to_say("This request could not be understood. Go back and try again."),
    401: to_say("Please sign in first."),
    403: to_say("You may not do this."),
    404: to_say("There is nothing here. It may have been removed."),
    405: to_say("This page does not work like that. Go back and try again."),
    409: to_say("Somebody changed this in the meantime. Look at the new state and try again."),
    412: to_say("Somebody changed this in the meantime. Look at the new state and try again."),
    413: to_say("This is too large, so nothing was changed. Shorten it and try again."),
    422: to_say("Something you typed does not fit. Please look at it again."),
    429: to_say("Too many tries. Please wait a little."),
    500: to_say("Something of ours broke, and nothing was changed. Please try again."),
}
TITLES: dict[int, str] = {
    403: to_say("Not allowed"),
    404: to_say("Nothing here"),
    413: to_say("Too large"),
    429: to_say("Please wait"),
    500: to_say("Something broke"),
}
SOMETHING_WRONG = to_say("This did not work")

STORE: dict[type[StoreError], tuple[int, str]] = {
    NotFound: (404, SENTENCES[404]),
    Conflict: (409, SENTENCES[409]),
    NotYours: (403, SENTENCES[403]),
    Taken: (409, to_say("This name or address is already in use. Choose another.")),
    Away: (
        503,
        to_say(
            "The database does not answer just now. All rules stay in force. "
            "Please try again in a moment."
        ),
    ),
}
"""The table: what the store says, as HTTP and as a sentence. Anything else is a 400."""


@dataclass
class Refused(Exception):  # noqa: N818 reads like the store's NotFound and Taken
    """The panel refuses something, and says why."""

    status: int
    code: str
    message: str = ""
    values: dict[str, object] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class Misfit(Refused):
    """One thing that was given does not fit; `field` names it."""

    def __init__(self, field: str, message: str, **values: object) -> None:
        super().__init__(422, "not-valid", message, values)
        self.field = field


def install(app: FastAPI) -> None:
    """Answer every kind of error in the reader's language."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(StoreError, _store)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(Exception, _fault)


def answer(request: Request, refused: Refused) -> Response:
    """Say what went wrong: problem JSON to a program, a page to a person."""
    message = refused.message or SENTENCES.get(refused.status, SENTENCES[400])
    sentence = reader_of(request).speech.sentence(Sentence(message, refused.values))
    if request.url.path.startswith(REST):
        at = [{"at": refused.field, "message": sentence}] if isinstance(refused, Misfit) else None
        return problem(refused.status, refused.code, sentence, headers=refused.headers, fields=at)
    if refused.code == PROVE:
        return redirect(request, confirm_address(request))
    context = {"title": TITLES.get(refused.status, SOMETHING_WRONG), "sentence": sentence}
    part = wants_part(request)
    is_own = request.url.path.startswith(OWN)
    whole = "own/error.html" if is_own else "error.html"
    page = render(request, "_error.html" if part else whole, context, status=refused.status)
    if part:
        # The part that was asked for stays as it is; the sentence goes to the top of the page.
        page.headers.update({"HX-Retarget": "#flash", "HX-Reswap": "innerHTML"})
    page.headers.update(refused.headers)
    return page


def confirm_address(request: Request) -> str:
    """Return where an adult shows that it is they, and from where they go on."""
    if request.method in SAFE_METHODS:
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    else:
        # A form cannot be sent again from elsewhere; its page is the place to go on from.
        came = urlsplit(request.headers.get("referer", ""))
        back = came.path if came.netloc == request.headers.get("host") else "/"
    return f"/confirm?next={quote(local_path(back), safe='')}"


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    headers: dict[str, str] | None = None,
    fields: list[dict[str, str]] | None = None,
) -> Response:
    """Return problem JSON: a stable code for programs, a sentence for people."""
    body: dict[str, object] = {
        "type": f"urn:haidang:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if fields:
        body["errors"] = fields
    return JSONResponse(body, status, headers=headers, media_type=PROBLEM)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101 registered for this type
    return answer(request, error)


def as_refused(error: StoreError) -> Refused:
    """Turn what the store says into what the panel answers."""
    if isinstance(error, Impossible):
        said = error.sentence
        return Refused(409, error.code, said.message, dict(said.values))
    status, message = STORE.get(type(error), (400, SENTENCES[400]))
    return Refused(status, error.code, message)


async def _store(request: Request, error: Exception) -> Response:
    assert isinstance(error, StoreError)  # noqa: S101 registered for this type
    return answer(request, as_refused(error))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 registered for this type
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    headers = dict(error.headers or {})
    return answer(request, Refused(error.status_code, code, headers=headers))


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 registered for this type
    if not request.url.path.startswith(REST):
        # A page's own fields are checked in api.forms; what is left is an address mistyped.
        return answer(request, Refused(404, "not-found"))
    speech = reader_of(request).speech
    fields = [
        {"at": place_of(found), "message": speech.sentence(told(found))}
        for found in only_causes(error.errors())
    ]
    sentence = speech.say(SENTENCES[422])
    return problem(422, "not-valid", sentence, fields=fields)


async def _fault(request: Request, error: Exception) -> Response:
    # The address may name a child's site, so only the route's shape is logged.
    where = getattr(request.scope.get("route"), "path", "?")
    log.error("panel fault in %s", where, exc_info=error)
    response = answer(request, Refused(500, "fault"))
    # This answer is made outside all middleware.
    dress(response.headers, getattr(request.state, "nonce", ""))
    return response
