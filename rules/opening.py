"""What rules want opened, and why: the list that a parent and a child can read.

Everything else passes as it is; banks, health and government do so whatever stands here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules.explain import name
from rules.family import Grant
from rules.policy import Policy, Privacy, edits_youtube
from rules.scope import EVERYTHING, ScopeKind, service, split
from rules.sentences import Sentence
from rules.verdict import Layer

ALL_PAGES = Sentence("Every site is opened, so that its pages can be written down.", {})
SEARCHES = Sentence("Search and video sites and AI chats are opened, to hear of grave words.", {})
YOUTUBE = service("youtube")
EDITED = Sentence(
    "YouTube is opened, so that what was chosen (Shorts, comments, …) is taken out of its pages.",
    {},
)
CHATS = Sentence("AI chats are opened, so that they explain homework and do not do it.", {})
UNKNOWN_FORMS = Sentence(
    "Sites that nobody knows are opened, to ask before private details are sent there.", {}
)
UNKNOWN_PAGES = Sentence(
    "Sites that nobody knows are opened, to tell from their pages what they are about.", {}
)


@dataclass(frozen=True, slots=True)
class Opening:
    """One reason for opening connections, and whose rule it is."""

    layer: Layer
    scope: str
    sentence: Sentence

    @property
    def whose(self) -> Sentence:
        """Name whose rule it is."""
        return Sentence("{layer}", {"layer": ("layer", self.layer.value)})


def openings(
    layers: tuple[tuple[Layer, Policy], ...],
    grants: Iterable[Grant] = (),
    most: Privacy = Privacy.PAGES,
    *,
    with_details: bool = False,
) -> tuple[Opening, ...]:
    """List what a child's layers and running grants want opened, the widest layer first.

    `most` is the level that was agreed to: without it no page is opened to be written down. Sites
    are opened for private details only where some were entered.
    """
    found = [opening for layer, policy in layers for opening in _of_policy(layer, policy)]
    found += [opening for grant in grants for opening in _of_grant(grant)]
    # What is heard and written down is the narrowest layer's own matter.
    for layer, policy in layers[-1:]:
        if policy.searches:
            found.append(Opening(layer, EVERYTHING, SEARCHES))
        if policy.homework.on:
            found.append(Opening(layer, EVERYTHING, CHATS))
        if policy.sending.ask and policy.sending.unknown and with_details:
            found.append(Opening(layer, EVERYTHING, UNKNOWN_FORMS))
        if policy.privacy is most is Privacy.PAGES:
            found.append(Opening(layer, EVERYTHING, ALL_PAGES))
    return tuple(found)


def _of_policy(layer: Layer, policy: Policy) -> Iterator[Opening]:
    for rule in policy.urls:
        values = {"what": name(rule.scope), "rule": rule.name or rule.path or rule.pattern}
        sentence = Sentence("{what} is opened for the rule about addresses “{rule}”.", values)
        if not values["rule"]:
            sentence = Sentence("{what} is opened for a rule about addresses.", values)
        yield Opening(layer, rule.scope, sentence)
    if edits_youtube(policy):
        yield Opening(layer, YOUTUBE, EDITED)
    if policy.read_pages:
        yield Opening(layer, EVERYTHING, UNKNOWN_PAGES)


def _of_grant(grant: Grant) -> Iterator[Opening]:
    kind, page = split(grant.scope)
    if kind is ScopeKind.URL:
        values = {"what": page, "until": grant.until}
        sentence = Sentence("{what} was granted until {until}; its site is opened for it.", values)
        yield Opening(grant.layer, grant.scope, sentence)
