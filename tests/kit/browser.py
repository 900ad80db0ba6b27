"""Real clients of a door: Debian's Chromium with a home of its own, and curl."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}

type Launch = Callable[..., Page]


def needed(program: str) -> str:
    """Return a program's path; without it skip the test, or fail where CI promised it."""
    found = shutil.which(program)
    if found is None:
        sentence = f"{program} is not installed: this test needs it"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return found


def _humble(program: str, folder: Path) -> str:
    """Return what starts a browser that cannot put itself before everything else on the machine.

    As root Chromium does so, and whatever is tested beside it waits.
    """
    if os.geteuid() or not shutil.which("setpriv"):
        return program
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "start-browser"
    script.write_text(f'#!/bin/sh\nexec setpriv --bounding-set=-sys_nice "{program}" "$@"\n')
    script.chmod(0o700)
    return str(script)


def trust(home: Path, certificates: Sequence[Path]) -> None:
    """Put CAs as trusted into the certificate database of a home folder (as a user would)."""
    certutil = needed("certutil")
    database = home / ".pki" / "nssdb"
    database.mkdir(parents=True, exist_ok=True)
    where = ["-d", f"sql:{database}"]
    subprocess.run([certutil, "-N", *where, "--empty-password"], check=True, capture_output=True)
    for path in certificates:
        add = [certutil, "-A", *where, "-n", path.stem, "-t", "C,,", "-i", str(path)]
        subprocess.run(add, check=True, capture_output=True)


@contextmanager
def chromium(folder: Path) -> Iterator[Launch]:
    """Give a function that opens Chromium; every one opened is closed at the end.

    `launch(name, proxy=PORT, cas=[...], viewport=PHONE, locale="vi-VN")` opens a browser with a
    home of its own below `folder` and returns its page; `page.context` is the whole browser.
    With `alike=True` it is a window of one browser that knows nothing of the others: a browser
    of its own takes seconds to start, and only certificates, proxies and arguments need one.
    """
    program = _humble(needed("chromium"), folder)
    opened: list[BrowserContext] = []
    shared: list[Browser] = []
    with sync_playwright() as driver:

        def window(**look: Any) -> BrowserContext:
            if not shared:
                shared.append(driver.chromium.launch(executable_path=program, args=[*ARGUMENTS]))
            return shared[0].new_context(**look)

        def launch(
            name: str,
            *,
            proxy: int | None = None,
            cas: Sequence[Path] = (),
            viewport: ViewportSize = DESK,
            locale: str = "en-US",
            dark: bool = False,
            scripts: bool = True,
            arguments: Sequence[str] = (),
            alike: bool = False,
        ) -> Page:
            look: Any = {
                "viewport": viewport,
                "locale": locale,
                "java_script_enabled": scripts,
                "color_scheme": "dark" if dark else "light",
            }
            if alike:
                opened.append(window(**look))
                return opened[-1].new_page()
            home = folder / name
            trust(home, cas)
            context = driver.chromium.launch_persistent_context(
                home / "profile",
                executable_path=program,
                args=[*ARGUMENTS, *arguments],
                env={**os.environ, "HOME": str(home)},
                proxy={"server": f"http://127.0.0.1:{proxy}"} if proxy else None,
                **look,
            )
            opened.append(context)
            return context.pages[0]

        try:
            yield launch
        finally:
            for context in (*opened, *shared):
                context.close()


def curl(
    url: str, *more: str, proxy: int | None = None, ca: Path | None = None, seconds: float = 10
) -> subprocess.CompletedProcess[str]:
    """Fetch a URL with curl, through a door's port, trusting one CA file."""
    command = [needed("curl"), "--silent", "--show-error", "--max-time", str(seconds)]
    if proxy:
        command += ["--proxy", f"http://127.0.0.1:{proxy}"]
    if ca:
        command += ["--cacert", str(ca)]
    return subprocess.run(
        [*command, *more, url], capture_output=True, text=True, timeout=seconds + 5, check=False
    )
