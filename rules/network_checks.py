"""Where devices ask whether there is a network at names that serve much else: only these addresses.

Names that serve nothing else are listed in the catalogue, and pass whole.
"""

from rules.visit import Known, Visit

HTTP = 80
PAGES = frozenset(
    {
        ("www.google.com", "/generate_204"),
        ("www.google.com", "/gen_204"),
        ("play.googleapis.com", "/generate_204"),
        ("www.gstatic.com", "/generate_204"),
    }
)
"""Android's `NetworkMonitor` and Chrome's `CaptivePortalDetector`. In plain HTTP: of the same
addresses over TLS only the name is seen, and that is Google's search."""
CHECK = Known(categories=("system",), network_check=True)


def as_check(visit: Visit) -> Visit:
    """Return a visit, known as what it is where it only asks for a network.

    With a query it is none: nothing is said by the way.
    """
    asks = (visit.scheme, visit.port, visit.query) == ("http", HTTP, "")
    return visit._replace(known=CHECK) if asks and (visit.host, visit.path) in PAGES else visit
