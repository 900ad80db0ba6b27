"""Names of sites that only look grave: none may be called betting or adult."""

import tomllib
from pathlib import Path

_KEPT = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))

HARMLESS = tuple(_KEPT["harmless"].split())
HEALTH = tuple(_KEPT["health"].split())
LGBT = tuple(_KEPT["lgbt"].split())
