"""From a template and a context to a page in the reader's language.

How pages are written:

* `render(request, "today/index.html", {"children": rows})` makes the answer; `status=422`
  re-renders a form. Templates extend `base.html` and fill the blocks `title`, `content` and
  (where needed) `scripts`. A template whose name begins with `_` is a part: it extends nothing,
  its page includes it (`{% include "today/_child.html" %}`), and htmx gets it alone.
* Every template knows `request`, `_("Message with {name}", name=…)`, `_n("one {n}", "all {n}", n)`,
  `speech` (dates, minutes, numbers), `reader` (`.adult`, `.family`), `lang`, `theme`, `now`,
  `flash`, `nonce`, `path`, `icon("player-pause")` (inline SVG of a Tabler icon; `filled=True`)
  and `asset("haidang.css")`. An icon that a page repeats stands once as `symbol(name)` in a
  hidden SVG and is drawn by `drawn(name)`. Macros know them when imported `with context`.
* Every form is a plain `<form method="post">` that works without script: the handler changes
  something and returns `redirect(request, "/devices", to_say("{device} was renamed."), device=…)`,
  a 303 and one sentence on the next page; an `Undo` after the sentence puts a button beside it.
  Where htmx asks (`wants_part(request)`) it renders the
  changed part instead. htmx 4 inherits attributes only with `:inherited`, and swaps 4xx in too.
* No inline scripts and no `on…=` attributes: the Content-Security-Policy forbids them. Charts: put
  `{% include "_charts.html" %}` into block `scripts` and write
  `<div data-chart="id"></div><script type="application/json" id="id">{{ spec | tojson }}</script>`;
  `static/charts.js` draws them with Vega's interpreter in the colours of the look chosen.
* Numbers given to `_` get the language's separators; give ports and codes as text.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.panel import Panel
from api.reader import reader_of, theme_of
from api.static_files import asset, drawn, icon, symbol

FLASH_COOKIE = "haidang_flash"
LONGEST_FLASH = 600


@dataclass(frozen=True, slots=True)
class Undo:
    """How what was just done is taken back: a form to be sent with one tap."""

    to: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Flash:
    """What the page before left to say."""

    said: str = ""
    undo: Undo | None = None


FLASH = TypeAdapter(Flash)


def first_upper(text: str) -> str:
    """Begin a sentence with a capital, and leave the rest of it as it is."""
    return text[:1].upper() + text[1:]


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["up"] = first_upper
    environment.globals.update(icon=icon, asset=asset, symbol=symbol, drawn=drawn)
    return environment


ENVIRONMENT = _environment()


def render(
    request: Request,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    status: int = 200,
) -> HTMLResponse:
    """Render a template for the reader of this request."""
    flash = _flash_of(request)
    page = ENVIRONMENT.get_template(template).render(
        _everyday(request, flash) | dict(context or {})
    )
    response = HTMLResponse(page, status, headers={"Vary": "HX-Request, Cookie"})
    if flash.said and not wants_part(request):
        response.delete_cookie(FLASH_COOKIE)
    return response


def redirect(
    request: Request, to: str, message: str = "", undo: Undo | None = None, /, **values: object
) -> Response:
    """Send the reader on after a change, with a sentence for the next page."""
    if wants_part(request):
        response: Response = Response(status_code=200, headers={"HX-Redirect": to})
    else:
        response = RedirectResponse(to, status_code=303)
    if message:
        sentence = reader_of(request).speech.say(message, **values)
        flash = Flash(sentence[:LONGEST_FLASH], undo)
        kept = quote(json.dumps(asdict(flash)))
        response.set_cookie(FLASH_COOKIE, kept, max_age=60, httponly=True, samesite="lax")
    return response


def wants_part(request: Request) -> bool:
    """Tell whether htmx asks for a part of a page."""
    return request.headers.get("hx-request") == "true"


def local_path(path: str, otherwise: str = "/") -> str:
    """Return a path of ours to go to; anything that leads elsewhere becomes `otherwise`."""
    leads_away = not path.startswith("/") or path.startswith(("//", "/\\"))
    return path if path.isprintable() and not leads_away else otherwise


def _everyday(request: Request, flash: Flash) -> dict[str, object]:
    reader = reader_of(request)
    panel: Panel = request.app.state.panel
    return {
        "request": request,
        "reader": reader,
        "speech": reader.speech,
        "_": reader.speech.say,
        "_n": reader.speech.count,
        "lang": reader.speech.language,
        "theme": theme_of(request),
        "now": panel.clock(),
        "nonce": getattr(request.state, "nonce", ""),
        "path": request.url.path,
        "is_sample": panel.is_sample,
        "flash": flash.said,
        "flash_undo": flash.undo,
    }


def _flash_of(request: Request) -> Flash:
    kept = unquote(request.cookies.get(FLASH_COOKIE, ""))
    try:
        return FLASH.validate_json(kept) if kept else Flash()
    except ValidationError:
        return Flash()
