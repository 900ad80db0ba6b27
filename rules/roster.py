"""A school's roster: what a list says of its pupils, and what differs from what is known.

A pupil is found again by the school's own number; without one by name and year of birth.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from rules.sentences import Sentence

OLDEST, YOUNGEST = 25, 2
"""Ages in years that a pupil may have."""
LONGEST_NAME = 60
SHORT = re.compile(r"^(lớp|lop|class)\s+", re.IGNORECASE)

NO_NAME = Sentence("There is no name.", {})
NO_CLASS = Sentence("There is no class.", {})
TOO_LONG = Sentence("The name is longer than 60 characters.", {})
FORMULA = Sentence("This is a formula, not a text. Paste it as a value.", {})
UNSEEN = Sentence("There are characters that cannot be seen. Type it again.", {})
TWICE = Sentence("The number {number} stands in row {row} already.", {})
SAME = Sentence(
    "The same child stands in row {row} already. If they are two, give each a number.", {}
)
NO_YEAR = Sentence("“{text}” is no date of birth. Write 15/03/2014, or 2014.", {})
ODD_YEAR = Sentence("{year} is no likely year of birth for a pupil.", {})


@dataclass(frozen=True, slots=True)
class Pupil:
    """One row of a list."""

    row: int
    name: str
    birth_year: int
    class_name: str
    number: str = ""
    """The school's own; empty where the list has none."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be taken, and why."""

    row: int
    said: Sentence
    text: str = ""
    """What stands there, to find it again."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A pupil as it is known."""

    child_id: UUID
    name: str
    birth_year: int
    class_id: UUID
    class_name: str
    number: str = ""
    at_home: bool = True
    """The school entered it: a child of a family keeps what its family says of it."""


@dataclass(frozen=True, slots=True)
class Altered:
    """A known pupil of whom the list says something else."""

    known: Enrolled
    pupil: Pupil
    what: tuple[str, ...]
    """Of `name`, `birth_year`, `class` and `number` those that differ."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What bringing a list in would do."""

    new: tuple[Pupil, ...] = ()
    altered: tuple[Altered, ...] = ()
    unchanged: tuple[Enrolled, ...] = ()
    missing: tuple[Enrolled, ...] = ()
    """Who is known and does not stand in the list."""
    faults: tuple[Fault, ...] = ()
    classes: tuple[str, ...] = ()
    """Classes that would be made."""

    @property
    def counts(self) -> dict[str, int]:
        """Say how many there are of each."""
        names = ("new", "altered", "unchanged", "missing", "faults", "classes")
        return {name: len(getattr(self, name)) for name in names}

    @property
    def does_something(self) -> bool:
        """Tell whether anything would change, leaving out those who are missing."""
        return bool(self.new or self.altered)


def plan(
    pupils: Iterable[Pupil],
    enrolled: Iterable[Enrolled],
    classes: Iterable[str],
    faults: Iterable[Fault] = (),
) -> Plan:
    """Compare a list with who is known."""
    book = _Book(tuple(enrolled))
    taken, wrong = _once(pupils)
    new, altered, unchanged = [], [], []
    for pupil in taken:
        known = book.find(pupil)
        if known is None:
            new.append(pupil)
        elif what := tuple(_differs(known, pupil)):
            altered.append(Altered(known, pupil, what))
        else:
            unchanged.append(known)
    there = {folded(name) for name in classes}
    wanted = {folded(pupil.class_name): pupil.class_name for pupil in reversed(taken)}
    return Plan(
        tuple(new),
        tuple(altered),
        tuple(unchanged),
        tuple(known for known in book.enrolled if known.child_id not in book.found),
        tuple(sorted([*faults, *wrong], key=lambda fault: fault.row)),
        tuple(sorted(name for key, name in wanted.items() if key not in there)),
    )


def folded(text: str) -> str:
    """Write a name so that small differences of typing do not count."""
    return SHORT.sub("", " ".join(unicodedata.normalize("NFC", text).casefold().split()))


def by_given_name(name: str) -> tuple[str, str]:
    """Return what a list in Viet Nam is sorted by: the given name, which stands last."""
    spread = unicodedata.normalize("NFD", name.casefold().replace("đ", "d\uffff"))
    return spread.rpartition(" ")[2], spread


def with_number(name: str, number: str) -> str:
    """Tell two children of one name and class apart."""
    return f"{name[: LONGEST_NAME - len(number) - 3]} ({number})"


@dataclass(slots=True)
class _Book:
    enrolled: tuple[Enrolled, ...]
    found: set[UUID] = field(default_factory=set)
    by_number: dict[str, Enrolled] = field(init=False)
    by_name: dict[tuple[str, int], list[Enrolled]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_number = {known.number: known for known in self.enrolled if known.number}
        self.by_name = {}
        for known in self.enrolled:
            key = (folded(known.name), known.birth_year)
            self.by_name.setdefault(key, []).append(known)

    def find(self, pupil: Pupil) -> Enrolled | None:
        """Find the pupil of a row among those nobody found yet."""
        numbered = self.by_number.get(pupil.number)
        known = numbered if self._is_free(numbered) else self._named(pupil)
        if known is not None:
            self.found.add(known.child_id)
        return known

    def _named(self, pupil: Pupil) -> Enrolled | None:
        """Find by name and year: in the class, else in the school where only one is meant."""
        # A number that differs says that it is another child.
        meant = [
            known
            for known in self.by_name.get((folded(pupil.name), pupil.birth_year), ())
            if self._is_free(known) and not (known.number and pupil.number)
        ]
        here = [known for known in meant if folded(known.class_name) == folded(pupil.class_name)]
        best = here or meant
        return best[0] if len(best) == 1 else None

    def _is_free(self, known: Enrolled | None) -> bool:
        return known is not None and known.child_id not in self.found


def _differs(known: Enrolled, pupil: Pupil) -> Iterator[str]:
    told_apart = bool(pupil.number) and known.name == with_number(pupil.name, pupil.number)
    if known.at_home and known.name != pupil.name and not told_apart:
        yield "name"
    if known.at_home and known.birth_year != pupil.birth_year:
        yield "birth_year"
    if folded(known.class_name) != folded(pupil.class_name):
        yield "class"
    if pupil.number and known.number != pupil.number:
        yield "number"


def _once(pupils: Iterable[Pupil]) -> tuple[list[Pupil], list[Fault]]:
    """Keep each child of a list once, and say where one stands twice."""
    seen: dict[tuple[str, ...], int] = {}
    taken, wrong = [], []
    for pupil in pupils:
        alike = (folded(pupil.name), str(pupil.birth_year), folded(pupil.class_name))
        key = (pupil.number,) if pupil.number else alike
        if key in seen:
            said = TWICE if pupil.number else SAME
            values = {"number": pupil.number, "row": seen[key]}
            wrong.append(Fault(pupil.row, Sentence(said.message, values), pupil.name))
            continue
        seen[key] = pupil.row
        taken.append(pupil)
    return taken, wrong


# A new school year.

GRADED = re.compile(r"^(?P<before>\D*?)(?P<grade>\d{1,2})(?P<rest>(?!\d).*)$")
LAST_GRADES = (5, 9, 12)
"""With these a school of Viet Nam ends."""


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a class when the school year begins."""

    group_id: UUID
    name: str
    to: str
    """Its new name; empty where its pupils leave the school."""


def next_year(classes: Iterable[tuple[UUID, str]]) -> list[Step]:
    """Propose what becomes of each class: 6A becomes 7A, and the last grade leaves."""
    graded = [(group_id, name, GRADED.match(name)) for group_id, name in classes]
    grades = [int(match["grade"]) for _, _, match in graded if match]
    last = max(grades, default=0)
    leaving = last if last in LAST_GRADES else 0
    found = []
    for group_id, name, match in graded:
        to = name
        if match:
            grade = int(match["grade"])
            up = f"{match['before']}{grade + 1}{match['rest']}"
            to = "" if grade == leaving else up
        found.append(Step(group_id, name, to))
    return found


def doubled(steps: Iterable[Step]) -> list[str]:
    """List the names that two classes would have."""
    counted = Counter(folded(step.to) for step in steps if step.to)
    return sorted({step.to for step in steps if step.to and counted[folded(step.to)] > 1})
