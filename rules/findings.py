"""What was found when an installation was looked over: one finding for each thing, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rules.sentences import Sentence


class Area(StrEnum):
    """The part of an installation that a finding is about, in the order they are shown."""

    DOORS = "doors"
    RECORD = "record"
    CATALOGUE = "catalogue"
    TELLING = "telling"
    CLOCK = "clock"
    MACHINE = "machine"
    LOGS = "logs"
    VERSIONS = "versions"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `do` says what to do where it is not well."""

    what: Sentence
    says: Sentence
    do: Sentence | None = None
    area: Area = Area.MACHINE

    @property
    def is_well(self) -> bool:
        """Tell whether nothing needs to be done."""
        return self.do is None


def by_area(findings: Iterable[Finding]) -> dict[Area, list[Finding]]:
    """Sort findings into their areas; areas of which nothing was found are left out."""
    found = list(findings)
    sorted_ = {area: [each for each in found if each.area is area] for area in Area}
    return {area: each for area, each in sorted_.items() if each}
