"""Style sheets, scripts and icons, named by a hash of their content and kept for a year."""

import hashlib
from functools import lru_cache
from pathlib import Path

from fastapi import FastAPI
from markupsafe import Markup
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
ICONS = FOLDER / "vendor" / "icons"
A_YEAR = "public, max-age=31536000, immutable"


class HashedFiles(StaticFiles):
    """Serves files; those asked for by hash may be kept for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file and how long it may be kept."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = A_YEAR if scope["query_string"] else "no-cache"
        return response


def mount(app: FastAPI) -> None:
    """Serve the static folder under /static."""
    app.mount("/static", HashedFiles(directory=FOLDER), name="static")


@lru_cache(maxsize=64)
def asset(name: str) -> str:
    """Return the address of a static file, with a hash of its content."""
    path = FOLDER / name
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "missing"
    return f"/static/{name}?v={digest}"


@lru_cache(maxsize=512)
def icon(name: str, *, filled: bool = False) -> Markup:
    """Return a Tabler icon as inline SVG, silent for screen readers (the text beside speaks)."""
    path = ICONS / ("filled" if filled else "outline") / f"{name}.svg"
    if not name.replace("-", "").isalnum() or not path.is_file():
        return Markup('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"></svg>')
    drawing = path.read_text(encoding="utf-8").partition("<svg")[2]
    return Markup(f'<svg aria-hidden="true" focusable="false"{drawing}')  # noqa: S704 files of ours
