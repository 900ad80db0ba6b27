"""Style sheets, scripts and icons, named by a hash of their content: kept a year, packed once."""

import asyncio
import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
ICONS = FOLDER / "vendor" / "icons"
A_YEAR = "public, max-age=31536000, immutable"
PACKED = frozenset({".css", ".js", ".svg", ".json"})
WORTH_IT = 1000
"""Bytes; the answers of pages are packed from so many on, too."""


class HashedFiles(StaticFiles):
    """Serves files; those asked for by hash may be kept for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file and how long it may be kept."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = A_YEAR if scope["query_string"] else "no-cache"
        if isinstance(response, FileResponse) and _takes_packed(response, scope):
            return await _packed(response)
        return response


def _takes_packed(found: FileResponse, scope: Scope) -> bool:
    """Tell whether a whole file is wanted that gets smaller, by somebody who can unpack it."""
    asked = Headers(scope=scope)
    can = "gzip" in asked.get("accept-encoding", "") and "range" not in asked
    size = int(found.headers.get("content-length", 0))
    return (
        can and scope["method"] == "GET" and Path(found.path).suffix in PACKED and size >= WORTH_IT
    )


async def _packed(found: FileResponse) -> Response:
    # A new content comes with a new ETag: it is packed again then, and only then.
    body = await asyncio.to_thread(_pack, Path(found.path), found.headers["etag"])
    headers = {k: v for k, v in found.headers.items() if k != "content-length"}
    headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(body, found.status_code, headers)


@lru_cache(maxsize=64)
def _pack(path: Path, _etag: str) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def files() -> Mount:
    """Return the static folder, served under /static."""
    return Mount("/static", HashedFiles(directory=FOLDER), name="static")


@lru_cache(maxsize=64)
def asset(name: str) -> str:
    """Return the address of a static file, with a hash of its content."""
    path = FOLDER / name
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "missing"
    return f"/static/{name}?v={digest}"


@lru_cache(maxsize=512)
def icon(name: str, *, filled: bool = False) -> Markup:
    """Return a Tabler icon as inline SVG, silent for screen readers (the text beside speaks)."""
    look = "icon is-filled" if filled else "icon"
    paths = _paths(name, filled=filled)
    return Markup(f'<svg class="{look}" viewBox="0 0 24 24" aria-hidden="true">{paths}</svg>')  # noqa: S704 files of ours


@lru_cache(maxsize=512)
def symbol(name: str) -> Markup:
    """Return an icon to be drawn many times on a page, by `drawn`."""
    paths = _paths(name, filled=False)
    found = f'<symbol id="i-{name}" viewBox="0 0 24 24">{paths}</symbol>' if paths else ""
    return Markup(found)  # noqa: S704 files of ours


def drawn(name: str) -> Markup:
    """Draw an icon whose symbol stands on the same page."""
    use = Markup('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>')
    return use.format(name)


def _paths(name: str, *, filled: bool) -> str:
    """Return what an icon draws; nothing for a name that is no icon's."""
    path = ICONS / ("filled" if filled else "outline") / f"{name}.svg"
    if not name.replace("-", "").isalnum() or not path.is_file():
        return ""
    inner = path.read_text(encoding="utf-8").partition(">")[2].rpartition("</svg>")[0]
    # A box without lines that only says how large the icon is.
    shapes = (line.strip() for line in inner.splitlines() if 'd="M0 0h24v24H0z"' not in line)
    return "".join(shapes).replace(" />", "/>")
