"""What an attended minute counts for: everything, categories, services, and what a limit names."""

from rules.book import Rulebook
from rules.family import LEARNING
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
