"""Who may receive private details: by what a site is about, by the family, by an adult for now."""

from rules.book import Rulebook
from rules.scope import ScopeKind, split
from rules.sending import Sending
from rules.visit import Known

TRUSTED = frozenset({"learning", "health", "government", "system", "search", "finance"})
"""Categories that may receive private details: schools, health, authorities, what devices need to
run. A search for one's own school is no form either; banks are never opened anyway."""


def is_trusted(sending: Sending, hosts: tuple[str, ...], known: Known) -> bool:
    """Tell whether a site may receive private details; `hosts` are the host and its parents."""
    if known.never_open or known.never_block:
        return True
    if not TRUSTED.isdisjoint(known.categories):
        return True
    for scope in sending.trusted:
        kind, name = split(scope)
        if kind is ScopeKind.SITE and name in hosts:
            return True
        if kind is ScopeKind.SERVICE and name in known.services:
            return True
        if kind is ScopeKind.CATEGORY and name in known.categories:
            return True
    return False


def is_granted(book: Rulebook, hosts: tuple[str, ...], at: float) -> bool:
    """Tell whether an adult said that private details may be sent to a site now."""
    return any(
        grant.runs(at) and split(grant.scope) in [(ScopeKind.SEND, host) for host in hosts]
        for layer in book.layers
        for grant in layer.grants
    )
