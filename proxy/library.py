"""Keeps out what the interception library would load and nobody here uses.

Whoever imports one of its addons imports all of them, and with them a web server and a client for
directories of users: 12 MB in each door, and more that somebody could find a hole in.
"""

from store.spared import load_empty

ADDONS = "mitmproxy.addons"


def spare() -> None:
    """Have the package that loads them all loaded empty; its modules stay importable."""
    load_empty(ADDONS)
