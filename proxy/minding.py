"""What is to be minded in what a device sends: by the rules of everyone whose device it is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from proxy.current import Current, Standing
from proxy.judge import Judged
from rules.book import Rulebook
from rules.details import Finder, finder
from rules.hosts import parents
from rules.sending import Decides, Homework, Told
from rules.trusting import is_granted, is_trusted

LEAST_FIRST = tuple(Told)


@dataclass(frozen=True, slots=True)
class Minding:
    """The rules for what a device sends; on a shared one those of all its children."""

    books: tuple[Rulebook, ...]
    """Those of children who are asked before their details are sent."""
    details: Finder
    decides: Decides
    homework: Homework | None

    def guards(self, judged: Judged, now: datetime) -> bool:
        """Tell whether details may not simply go to a site."""
        hosts, at = tuple(parents(judged.host)), now.timestamp()
        return any(
            not is_trusted(book.sending, hosts, judged.known) and not is_granted(book, hosts, at)
            for book in self.books
        )


class Minded:
    """Finds the rules of a device; kept until the policy moves, because each request asks."""

    def __init__(self, current: Current, key: bytes) -> None:
        self._current = current
        self._key = key
        self._standing: Standing | None = None
        self._known: dict[UUID, Minding | None] = {}

    def of(self, device_id: UUID | None) -> Minding | None:
        """Return what is to be minded on a device; nothing for most."""
        if device_id is None:
            return None
        standing = self._current.standing
        if standing is not self._standing:
            self._standing = standing
            self._known.clear()
        if device_id not in self._known:
            self._known[device_id] = self._find(standing, device_id)
        return self._known[device_id]

    def _find(self, standing: Standing, device_id: UUID) -> Minding | None:
        if standing.household is None:
            return None
        books = [standing.rulebooks[child] for child in standing.children_of(device_id)]
        asking = tuple(book for book in books if book.sending.ask and book.details)
        homework = [book.homework for book in books if book.homework.on]
        if not asking and not homework:
            return None
        adult = any(book.sending.decides is Decides.ADULT for book in asking)
        return Minding(
            books=asking,
            details=finder(self._key, (each for book in asking for each in book.details)),
            decides=Decides.ADULT if adult else Decides.CHILD,
            homework=_strictest(homework) if homework else None,
        )


def _strictest(found: list[Homework]) -> Homework:
    """Of several children's rules the strictest holds, and the one that tells least."""
    return Homework(
        on=True,
        told=min((each.told for each in found), key=LEAST_FIRST.index),
        anyway=min(each.anyway for each in found),
    )
