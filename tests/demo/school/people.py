"""Who is at the sample school: names from public lists of Vietnamese given names, by seed."""

import tarfile
from dataclasses import dataclass
from pathlib import Path
from random import Random

DATA = Path(__file__).parents[4] / "shared" / "data"
"""Public data beside the checkout; SOURCES.md there tells what it is and whose."""
FAMILY_NAMES = (
    *("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Phan", "Đặng", "Bùi", "Đỗ"),
    *("Ngô", "Dương", "Lý", "Đào", "Đoàn", "Trịnh", "Đinh", "Mai", "Lương", "Cao"),
)
WEIGHTS = (38, 12, 10, 7, 5, 5, 5, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1)
CLASS_SIZE = 34
GRADES = (6, 7, 8, 9)
FEWEST_CLASSES = 2


@dataclass(frozen=True, slots=True)
class Pupil:
    name: str
    birth_year: int
    form: str
    """The class, like 6A1."""


def names(archive: Path = DATA / "names" / "vn-given-names.tar.xz") -> list[str]:
    """Read given names, boys' and girls'. Raises FileNotFoundError where the data is absent."""
    found: list[str] = []
    with tarfile.open(archive) as lists:
        for each in ("namedb/boy.txt", "namedb/girl.txt"):
            file = lists.extractfile(each)
            found += file.read().decode().split("\n") if file else []
    return [name.strip().replace("Ð", "Đ") for name in found if name.strip()]


def full_names(count: int, chance: Random) -> list[str]:
    """Draw so many different full names."""
    given, found = names(), dict[str, None]()
    while len(found) < count:
        family = chance.choices(FAMILY_NAMES, WEIGHTS)[0]
        found[f"{family} {chance.choice(given)}"] = None
    return list(found)


def forms(pupils: int) -> list[str]:
    """Name the classes: about as many in each grade, none over the usual size."""
    classes = max(FEWEST_CLASSES, -(-pupils // CLASS_SIZE))
    by_grade: dict[int, int] = {}
    found = []
    for number in range(classes):
        grade = GRADES[number * len(GRADES) // classes]
        by_grade[grade] = by_grade.get(grade, 0) + 1
        found.append(f"{grade}A{by_grade[grade]}")
    return found


def pupils(count: int, year: int, chance: Random) -> list[Pupil]:
    """Invent so many pupils, class by class; `year` is the one in which the school year began."""
    classes = forms(count)
    drawn = full_names(count, chance)
    return [
        Pupil(name, year - 5 - int(form[0]) - (chance.random() < 0.04), form)
        for place, name in enumerate(drawn)
        for form in (classes[place * len(classes) // count],)
    ]
