"""What an attended minute counts for: everything, categories, services, and what a limit names."""

from collections.abc import Iterable

from rules.book import Rulebook
from rules.earn import Exchange
from rules.family import LEARNING
from rules.policy import Privacy
from rules.scope import EVERYTHING, category, other, service
from rules.visit import Known


def scopes_of_minute(rulebook: Rulebook, host: str, known: Known) -> list[str]:
    """List the scopes a minute counts in; learning has its own and never uses up everything.

    A site's own name is among them only where an adult limited just this site.
    """
    scopes = [category(name) for name in known.categories]
    scopes += [service(name) for name in known.services]
    if LEARNING not in known.categories:
        scopes.append(EVERYTHING)
    if rulebook.counted:
        named = rulebook.scopes_of(rulebook.named(host), known)
        rests = () if known.services else map(other, known.categories)
        scopes += [scope for scope in (*named, *rests) if scope in rulebook.counted]
    return scopes


def is_noted(scope: str, privacy: Privacy) -> bool:
    """Tell whether the minutes of a scope may be written down at a privacy level."""
    if privacy.names_sites:
        return True
    if privacy is Privacy.COUNTS:
        return scope == EVERYTHING or scope.startswith("category:")
    return scope == EVERYTHING


def is_limited(scope: str, rulebook: Rulebook, exchanges: Iterable[Exchange], known: Known) -> bool:
    """Tell whether a rule needs the minutes of a scope: also where only minutes are written down.

    Those of learning stand apart because they never use up a limit for everything.
    """
    if scope in (EVERYTHING, category(LEARNING)):
        return True
    if any(scope == each.source for each in exchanges):
        return True
    if any(scope == floor.scope for floor in rulebook.floors):
        return True
    for layer in rulebook.layers:
        if scope in layer.allowances:
            return True
        entries = (entry for of in layer.allowances.values() for entry in of if entry.each)
        if not scope.startswith("category:") and any(e.each in known.categories for e in entries):
            return True
    return False
