"""Names for which our certificate authority can vouch nowhere, whoever has its key."""

from cryptography import x509

from feeds.starter import Starter

NEVER_OPENED = "never_open.txt"


def sealed(starter: Starter) -> x509.NameConstraints:
    """Exclude money, health and the state, with everything below each name."""
    listed = starter.names(NEVER_OPENED)
    hosts = set(listed.below)
    hosts.update(
        host
        for category, names in starter.hosts()
        if category in listed.categories
        for host in names.below
    )
    hosts.update(
        host
        for service in starter.services.values()
        if service.category in listed.categories
        for host in service.hosts
    )
    widest = sorted(host for host in hosts if not hosts.intersection(_above(host)))
    return x509.NameConstraints(None, [x509.DNSName(host) for host in widest])


def _above(host: str) -> set[str]:
    labels = host.split(".")
    return {".".join(labels[number:]) for number in range(1, len(labels))}
