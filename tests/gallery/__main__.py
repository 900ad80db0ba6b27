"""`python -m tests.gallery ADDRESS`: every page of a running demo, photographed to be looked at.

Phone and desk, Vietnamese and English, light and dark; the pictures lie in `gallery/`.
"""

import sys
import tempfile
from itertools import product
from pathlib import Path

from playwright.sync_api import Page
from rich.console import Console

from api.pages.rules.parts import PARTS
from tests.demo.people import PARENTS, PASSWORD
from tests.kit.browser import DESK, PHONE, Launch, chromium

say = Console().print
FOLDER = Path("gallery")
PAGES = {
    "today": "/",
    "asks": "/asks",
    "alerts": "/alerts",
    "look-up": "/look-up?host=www.roblox.com",
    "look-up-empty": "/look-up",
    "lists": "/settings/lists",
    "read": "/settings/read",
    "activity": "/activity",
    "searched": "/activity/searched",
    "stopped": "/activity?blocked=1",
    "week": "/week",
    "devices": "/devices",
    "new-device": "/devices/new",
    "new-child": "/children/new",
    "settings": "/settings",
    "ledger": "/settings/ledger",
    "notices": "/settings/notices",
    "new-channel": "/settings/notices/new/telegram",
    "offline": "/offline",
    "account": "/account",
    "security": "/security",
    "token": "/security/tokens/new",
    "app-codes": "/security/app",
    "adults": "/settings/adults",
    "confirm": "/confirm",
    "missing": "/no-such-page",
}
FROM_TODAY = {
    "child": "",
    "rules": "/rules",
    **{f"rules-{part}": f"/rules/{part}" for part in PARTS},
    "history": "/history",
    "edit": "/edit",
    "presets": "/presets",
    "calendar": "/calendar",
    "opened": "/opened",
}


def sign_in(page: Page, address: str, language: str) -> None:
    """Sign in as the first sample parent, in a language."""
    page.goto(f"{address}/sign-in")
    page.fill("#email", PARENTS[0].email)
    page.fill("#password", PASSWORD)
    page.locator("main form button:not([type=button])").first.click()
    page.wait_for_url(f"{address}/")
    if page.locator("html").get_attribute("lang") != language:
        page.locator("header button", has_text=language.upper()).click()
        page.wait_for_load_state()


def photograph(page: Page, address: str, kind: str) -> None:
    """Photograph every page, whole."""
    page.goto(address)
    child = page.locator(".pg-child h2 a").nth(1).get_attribute("href") or ""
    pages = PAGES | {name: child + path for name, path in FROM_TODAY.items()}
    pages["child-week"] = child.replace("children", "week")
    for name, path in pages.items():
        page.goto(address + path)
        page.wait_for_timeout(400)
        page.screenshot(path=FOLDER / f"{name}-{kind}.png", full_page=True)
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if width > 0:
            say(f"{name}-{kind}: {width} pixels wider than the screen")


def look(launch: Launch, address: str) -> None:
    """Photograph in every combination of size, language and look."""
    shapes = {"phone": PHONE, "desk": DESK}
    for shape, language, dark in product(shapes, ("vi", "en"), (False, True)):
        kind = f"{shape}-{language}-{'dark' if dark else 'light'}"
        page = launch(kind, viewport=shapes[shape], dark=dark)
        sign_in(page, address, language)
        photograph(page, address, kind)
        page.context.close()


def main() -> None:
    """Photograph the panel at the address given, by default the demo's own."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, chromium(Path(home)) as launch:
        look(launch, address.rstrip("/"))
    say(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}/")


if __name__ == "__main__":
    main()
