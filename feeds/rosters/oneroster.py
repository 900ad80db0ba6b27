"""OneRoster 1.2 CSV: a zip of manifest, orgs, users, classes, enrollments and academicSessions.

Of all of it we take who is a pupil of which class; everything else is read over.
"""

import csv
import io
import zipfile
from collections.abc import Collection, Iterator

from feeds.rosters import text
from feeds.rosters.errors import NotARoster
from feeds.rosters.packed import file_in
from rules.sentences import Sentence

NEEDED = ("users.csv", "classes.csv", "enrollments.csv")
MISSING = Sentence("This looks like OneRoster, but {name} is not in it.", {})
VERSIONS = ("1.1", "1.2")
VERSION = Sentence("This is OneRoster {version}; we read 1.2 (and 1.1).", {})
TITLES = ["sourcedId", "name", "birthYear", "class"]
BORN = ("birthdate", "birthyear", "dateofbirth")
GONE, STUDENT = "tobedeleted", "student"


def is_bundle(names: Collection[str]) -> bool:
    """Tell whether a zip is a OneRoster bundle."""
    return "manifest.csv" in names or "users.csv" in names


def pupils(packed: zipfile.ZipFile) -> Iterator[list[str]]:
    """Give a row of titles and a row for each pupil. Raises NotARoster."""
    names = set(packed.namelist())
    for name in NEEDED:
        if name not in names:
            raise NotARoster(MISSING, name=name)
    if "manifest.csv" in names:
        _check(_rows(packed, "manifest.csv"))
    titles = {row["sourcedid"]: row.get("title", "") for row in _living(packed, "classes.csv")}
    taught = _classes(packed, titles)
    born = _born(packed) if "demographics.csv" in names else {}
    yield TITLES
    for user in _living(packed, "users.csv"):
        key = user["sourcedid"]
        if _is_pupil(user, taught):
            own = user.get("identifier") or key
            yield [own, _name(user), _birth(user) or born.get(key, ""), taught.get(key, "")]


def _check(manifest: Iterator[dict[str, str]]) -> None:
    said = {row.get("propertyname", ""): row.get("value", "") for row in manifest}
    version = said.get("oneroster.version", "1.2")
    if not version.startswith(VERSIONS):
        raise NotARoster(VERSION, version=version[:10])


def _classes(packed: zipfile.ZipFile, titles: dict[str, str]) -> dict[str, str]:
    """Find the class of each pupil: the primary enrolment, else the first."""
    found: dict[str, str] = {}
    for row in _living(packed, "enrollments.csv"):
        user, title = row.get("usersourcedid", ""), titles.get(row.get("classsourcedid", ""), "")
        if row.get("role", STUDENT).lower() != STUDENT:
            continue
        if title and (user not in found or row.get("primary", "").lower() == "true"):
            found[user] = title
    return found


def _is_pupil(user: dict[str, str], taught: dict[str, str]) -> bool:
    # In 1.2 roles have a file of their own; who is enrolled in a class learns or teaches there.
    role = user.get("role", "").lower()
    return role == STUDENT if role else user["sourcedid"] in taught


def _name(user: dict[str, str]) -> str:
    parts = (user.get("familyname", ""), user.get("middlename", ""), user.get("givenname", ""))
    return " ".join(filter(None, (part.strip() for part in parts)))


def _birth(user: dict[str, str]) -> str:
    titled = (value for title, value in user.items() if title.endswith(BORN) and value)
    return next(titled, "")


def _born(packed: zipfile.ZipFile) -> dict[str, str]:
    return {row["sourcedid"]: _birth(row) for row in _living(packed, "demographics.csv")}


def _living(packed: zipfile.ZipFile, name: str) -> Iterator[dict[str, str]]:
    for row in _rows(packed, name):
        if row.get("status", "").lower() != GONE and row.get("sourcedid"):
            yield row


def _rows(packed: zipfile.ZipFile, name: str) -> Iterator[dict[str, str]]:
    written = io.StringIO(text.decode(file_in(packed, name)), newline="")
    try:
        lines = csv.reader(written)
        titles = [title.strip().lower() for title in next(lines, [])]
        for line in lines:
            yield dict(zip(titles, line, strict=False))
    except csv.Error as error:
        raise NotARoster(MISSING, name=name) from error
