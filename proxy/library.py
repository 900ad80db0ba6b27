"""Keeps out what the interception library would load and nobody here uses.

Whoever imports one of its addons imports all of them, and with them a web server and a client for
directories of users: 12 MB in each door, and more that somebody could find a hole in.
"""

import sys
from importlib.util import find_spec
from types import ModuleType

ADDONS = "mitmproxy.addons"


def spare() -> None:
    """Put an empty package in place of the one that loads them all; its modules stay importable."""
    spec = find_spec(ADDONS) if ADDONS not in sys.modules else None
    if spec is None or spec.submodule_search_locations is None:
        return
    made = ModuleType(ADDONS)
    made.__spec__, made.__path__ = spec, list(spec.submodule_search_locations)
    sys.modules[ADDONS] = made
