"""What makes the pages an app on a home screen: manifest, worker, the page without a network."""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.reader import languages
from api.render import ENVIRONMENT
from api.static_files import FOLDER, asset
from rules.family import Language
from words.speech import Speech, to_say

LIGHT = "#f4f7fa"
DARK = "#0b2e4f"
ICONS = (
    ("icons/app-192.png", "192x192", "any"),
    ("icons/app-512.png", "512x512", "any"),
    ("icons/app-maskable-512.png", "512x512", "maskable"),
)
PANEL = "panel"
OWN = "own"
SAYS: Mapping[str, tuple[str, str]] = {
    PANEL: (to_say("Hải Đăng"), to_say("Today, asks and rules of your children.")),
    OWN: (to_say("My Hải Đăng"), to_say("What is open, how much time is left, and asking.")),
}
SHORTCUTS = (("/asks", to_say("Asks")), ("/alerts", to_say("Alerts")))
SUBSCRIBE = {PANEL: "/api/v1/channels/push", OWN: "/push"}


def language_of(request: Request, otherwise: Language) -> Language:
    """Return the language an address names: a worker and a manifest are fetched without cookies."""
    asked = request.query_params.get("lang")
    return next((each for each in languages() if each == asked), otherwise)


def manifest(what: str, language: Language) -> Response:
    """Describe the app to a browser."""
    say = Speech(language, "UTC").say
    name, description = SAYS[what]
    told: dict[str, object] = {
        "id": "/",
        "name": say(name),
        "short_name": "Hải Đăng",
        "description": say(description),
        "lang": language,
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": LIGHT,
        "theme_color": DARK,
        "categories": ["lifestyle", "utilities"],
        "icons": [
            {"src": asset(src), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for src, sizes, purpose in ICONS
        ]
        + [{"src": asset("icons/haidang.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    if what == PANEL:
        told["shortcuts"] = [{"name": say(said), "url": url} for url, said in SHORTCUTS]
    return Response(
        json.dumps(told, ensure_ascii=False),
        media_type="application/manifest+json",
        headers={"Cache-Control": "no-cache"},
    )


def worker(what: str, language: Language, key: str) -> Response:
    """Give the service worker; whatever changes in what it keeps makes it another version."""
    return Response(
        _worker(what, language, key),
        media_type="text/javascript",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"},
    )


def offline(language: Language) -> Response:
    """Give the page that stands in while there is no network: the same for everybody."""
    page = ENVIRONMENT.get_template("offline.html").render(
        _=Speech(language, "UTC").say, lang=language
    )
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})


@lru_cache(maxsize=8)
def _worker(what: str, language: Language, key: str) -> str:
    files = (asset("offline.css"), asset("offline.js"), asset("icons/app-192.png"))
    source = (FOLDER / "worker.js").read_text(encoding="utf-8")
    place: dict[str, object] = {
        "offline": f"/offline?lang={language}",
        "files": files,
        "icon": asset("icons/app-192.png"),
        "badge": asset("icons/badge.png"),
        "subscribe": SUBSCRIBE[what],
        "key": key,
    }
    page = (FOLDER.parent / "templates" / "offline.html").read_text(encoding="utf-8")
    whole = json.dumps(place) + source + page
    place["version"] = hashlib.sha256(whole.encode()).hexdigest()[:12]
    return f"const PLACE = {json.dumps(place)};\n{source}"
