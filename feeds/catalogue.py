"""The catalogue: host -> categories, services and standing protections."""

from dataclasses import dataclass
from pathlib import Path

from rules.family import Language
from rules.visit import Known


@dataclass(frozen=True, slots=True)
class Category:
    id: str
    names: dict[Language, str]
    descriptions: dict[Language, str]
    examples: tuple[str, ...]
    icon: str
    """Name of a Tabler icon."""
    group: str
    """Plain group it is shown in: danger, play, social, watch, learn, life, around."""


@dataclass(frozen=True, slots=True)
class Service:
    id: str
    name: str
    category: str
    hosts: tuple[str, ...]
    icon: str
    popular: bool = False
    """Shown first: what children in Viet Nam use most."""


class Catalogue:
    """Immutable: built whole, swapped whole."""

    version: str
    categories: dict[str, Category]
    services: dict[str, Service]

    def look_up(self, host: str) -> Known:
        """Tell what is known of a normalised host, walking up its parents. Never raises."""
        raise NotImplementedError

    def name_of(self, kind: str, identifier: str, language: Language) -> str:
        """Name a category or service in a language; an unknown id comes back as it is."""
        raise NotImplementedError

    def site_of(self, host: str) -> str:
        """Return the registrable domain of a host (public suffix list), or the host itself."""
        raise NotImplementedError


def load(lists: Path | None = None) -> Catalogue:
    """Load our starter catalogue and the adult's imported lists from a folder.

    A damaged imported list is left out and named in `Catalogue.warnings`; ours must be sound.
    """
    raise NotImplementedError
