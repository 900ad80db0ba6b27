"""How a category, a service or a scope is shown: its name in the reader's language and its icon."""

from dataclasses import dataclass

from api.panel import Panel
from feeds.catalogue import Catalogue
from rules.scope import EVERYTHING, ScopeKind, split
from words.speech import Speech

ANY_SITE = "world"
EVERY_SITE = "world-www"
YOUTUBE = "brand-youtube"


@dataclass(frozen=True, slots=True)
class Label:
    """A name and the Tabler icon beside it."""

    name: str
    icon: str = ANY_SITE


@dataclass(frozen=True, slots=True)
class Labels:
    """Names things of the catalogue for one reader."""

    catalogue: Catalogue
    speech: Speech

    def of(self, kind: str, identifier: str) -> str:
        """Name a category or service."""
        return self.catalogue.name_of(kind, identifier, self.speech.language)

    def category(self, identifier: str) -> Label:
        """Show a category; the empty one is what no category claims."""
        found = self.catalogue.categories.get(identifier)
        if not identifier:
            return Label(self.speech.say("Other sites"))
        return Label(self.of("category", identifier), found.icon if found else ANY_SITE)

    def service(self, identifier: str) -> Label:
        """Show a service."""
        found = self.catalogue.services.get(identifier)
        return Label(self.of("service", identifier), found.icon if found else ANY_SITE)

    def best(self, category: str, service: str) -> Label:
        """Show a visit by its service, or by its category where it has none."""
        return self.service(service) if service else self.category(category)

    def scope(self, scope: str) -> Label:
        """Show what a rule, a limit or a grant speaks about."""
        if scope == EVERYTHING:
            return Label(self.speech.say("Everything"), EVERY_SITE)
        kind, name = split(scope)
        match kind:
            case ScopeKind.CATEGORY:
                return self.category(name)
            case ScopeKind.SERVICE:
                return self.service(name)
            case ScopeKind.CHANNEL | ScopeKind.VIDEO:
                return Label(self._of_youtube(kind, name), YOUTUBE)
            case _:
                return Label(self._otherwise(kind, name))

    def _otherwise(self, kind: ScopeKind, name: str) -> str:
        if kind is ScopeKind.SEND:
            return self.speech.say("private details to {name}", name=name)
        return name.rpartition("/")[2] if kind is ScopeKind.LIST else name

    def _of_youtube(self, kind: ScopeKind, name: str) -> str:
        if kind is ScopeKind.CHANNEL:
            return self.speech.say("YouTube channel {name}", name=name)
        return self.speech.say("YouTube video {number}", number=name)


def labels_of(panel: Panel, speech: Speech) -> Labels:
    """Return the labels of a panel in a reader's language."""
    return Labels(panel.catalogue, speech)
