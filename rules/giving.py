"""What can be given at all: a grant that could have no effect is refused, and the reason said."""

from rules.pages import take_apart
from rules.scope import ScopeKind, split
from rules.sentences import Sentence
from rules.visit import LookUp


def no_effect(scope: str, look_up: LookUp) -> Sentence | None:
    """Say why a grant for a scope could have no effect; None where it can have one."""
    kind, name = split(scope)
    if kind is not ScopeKind.URL:
        return None
    host, _ = take_apart(name)
    if not look_up(host).never_open:
        return None
    return Sentence(
        "Nobody looks into {site}: banks, health and authorities stay private, so one page of it"
        " cannot be told from another. Choose the whole site.",
        {"site": host},
    )
