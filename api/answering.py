"""An adult's side of asks: which wait for whom, an answer, another one, and taking it back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from api.needs import Desk
from rules.answering import Stop, addressee, stopped_by, visit_of
from rules.asks import Ask, Move, Terms, usual_terms
from rules.compile import compile_child
from rules.family import ChildRules
from rules.sentences import Sentence
from store import asks, children, devices, groups, household, memberships, spent
from store.adults import Role
from store.children import Child
from store.errors import Impossible, NotFound
from store.groups import Group
from words.speech import to_say

SAID = {
    Move.YES: to_say("said yes to an ask of {child}"),
    Move.NO: to_say("said no to an ask of {child}"),
    Move.OFFER: to_say("offered {child} something else"),
}
TAKEN_BACK = to_say("took an answer to {child} back")
NOT_YOURS = (
    Sentence("A rule of {group} stops this, so only they can open it, until {until}.", {}),
    Sentence("A rule of {group} stops this, so only they can open it.", {}),
)
OVER = Sentence("No rule of yours stops this any more: the family answers now.", {})
LATELY = timedelta(minutes=2)
"""How long a fresh answer stands on Today with an undo."""

type Answer = Literal["yes", "no", "offer"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An ask, who asks from where, and who may answer it now."""

    ask: Ask
    child: Child
    device: str
    group: str = ""
    """The class or school whose rule stops it; empty where the family answers."""
    until: datetime | None = None
    """When that rule ends."""
    may_answer: bool = True
    steered: bool = True
    """Whether the adult may change anything for who asks; who only looks may not."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The asks that wait longest, and how many more wait."""

    shown: tuple[Waiting, ...]
    more: int
    asking: tuple[UUID, ...] = ()
    """Who asks, once for each ask."""
    further: str = "/asks"
    """Where the others stand."""


@dataclass(frozen=True, slots=True)
class View:
    """What an adult sees of asks: the children at home, and those of groups they speak for."""

    home: Mapping[UUID, Child]
    pupils: Mapping[UUID, Child]
    spoken_for: frozenset[UUID]
    """The groups whose rules the adult may change, without those at home."""
    names: Mapping[UUID, Group]
    devices: Mapping[UUID, str]

    def shows(self, ask: Ask) -> bool:
        """Tell whether this adult reads an ask: a teacher only what waits for the class."""
        return ask.child_id in self.home or (
            ask.child_id in self.pupils and ask.group_id in self.spoken_for
        )

    def child(self, ask: Ask) -> Child:
        """Return who asks. Raises NotFound."""
        found = self.home.get(ask.child_id) or self.pupils.get(ask.child_id)
        if found is None or not self.shows(ask):
            raise NotFound
        return found


NOTHING = View({}, {}, frozenset(), {}, {})


async def view_of(desk: Desk, found: Iterable[Ask]) -> View:
    """Gather what an adult sees of some asks."""
    found = list(found)
    asking = {ask.child_id for ask in found}
    used = {ask.device_id for ask in found if ask.device_id}
    async with desk.panel.db.read() as store:
        known = {group.id: group for group in await groups.list_all(store)}
        mine = _spoken_for(desk, known)
        everyone = {child.id: child for child in await children.list_all(store, ids=asking)}
        joined = await memberships.all_of(store, asking) if mine and asking else {}
        names = await devices.names(store, used) if asking else {}
    home = {child.id: child for child in everyone.values() if desk.may(child)}
    pupils = {
        child_id: everyone[child_id]
        for child_id, groups_of in joined.items()
        if mine & {group.id for group in memberships.chain(known, groups_of)}
    }
    return View(home, pupils, mine, known, names)


async def spoken_for(desk: Desk) -> frozenset[UUID]:
    """Return the groups for whose rules an adult speaks: schools and classes, not families."""
    async with desk.panel.db.read() as store:
        return _spoken_for(desk, {group.id: group for group in await groups.list_all(store)})


def _spoken_for(desk: Desk, known: dict[UUID, Group]) -> frozenset[UUID]:
    """Find the groups whose rules an adult may change: their own, and those below."""
    held = {
        group_id
        for group_id, role in desk.adult.roles.items()
        if desk.adult.runs(group_id) and role is not Role.OFFICER
    }
    return frozenset(
        group.id
        for group in known.values()
        if group.kind != "family"
        and held & {each.id for each in memberships.chain(known, [group.id])}
    )


async def one(desk: Desk, ask_id: UUID) -> Ask:
    """Return an ask that this adult may see. Raises NotFound."""
    async with desk.panel.db.read() as store:
        found = await asks.get(store, ask_id, now=desk.now)
    (await view_of(desk, [found])).child(found)
    return found


async def all_waiting(desk: Desk) -> list[Ask]:
    """List what was asked and nobody has answered yet, oldest first."""
    return (await _all_waiting(desk))[0]


async def waiting(desk: Desk, *, most: int, after: UUID | None = None) -> Queue:
    """Tell of the asks that wait longest, or of those that came after an ask."""
    mine, view = await _all_waiting(desk)
    if after is not None:
        async with desk.panel.db.read() as store:
            last = await asks.get(store, after, now=desk.now)
        mine = [ask for ask in mine if (ask.asked, ask.id) > (last.asked, last.id)]
    shown = await told(desk, mine[:most], view)
    asking = tuple(ask.child_id for ask in mine)
    further = f"/asks?after={shown[-1].ask.id}" if shown else "/asks"
    return Queue(tuple(shown), len(mine[most:]), asking, further)


async def waiting_in(desk: Desk, group_id: UUID, *, most: int) -> Queue:
    """Tell of the asks of the children of one group that wait longest; all are counted."""
    mine, view = await _all_waiting(desk)
    theirs = [ask for ask in mine if view.child(ask).group_id == group_id]
    shown = await told(desk, theirs[:most], view)
    return Queue(tuple(shown), len(mine) - len(shown), tuple(ask.child_id for ask in mine))


async def _all_waiting(desk: Desk) -> tuple[list[Ask], View]:
    async with desk.panel.db.read() as store:
        found = await asks.waiting(store, now=desk.now)
    if not found:
        return [], NOTHING
    view = await view_of(desk, found)
    return [ask for ask in found if view.shows(ask)], view


async def lately(desk: Desk) -> list[Waiting]:
    """List what was answered a moment ago, and may be taken back."""
    async with desk.panel.db.read() as store:
        found = await asks.answered_since(store, desk.now - LATELY, now=desk.now)
    if not found:
        return []
    view = await view_of(desk, found)
    mine = [ask for ask in found if ask.child_id in view.home and ask.may_undo(desk.now)]
    return [each for each in await told(desk, mine, view) if each.steered]


async def told(desk: Desk, found: list[Ask], view: View | None = None) -> list[Waiting]:
    """Tell of asks who asks, and who may answer now."""
    if not found:
        return []
    view = view or await view_of(desk, found)
    async with desk.panel.db.read() as store:
        rules = await household.rules_of(store, {ask.child_id for ask in found}, now=desk.now)
    return [await _told(desk, ask, view, rules.get(ask.child_id)) for ask in found]


async def _told(desk: Desk, ask: Ask, view: View, rules: ChildRules | None) -> Waiting:
    stop = await stop_of(desk, ask, rules)
    child = view.child(ask)
    at_home = ask.child_id in view.home
    steered = not at_home or desk.adult.steers(child.group_id, child.id)
    device = view.devices.get(ask.device_id, "") if ask.device_id else ""
    if stop is None:
        return Waiting(ask, child, device, may_answer=at_home and steered, steered=steered)
    group = view.names.get(stop.group_id) if stop.group_id else None
    return Waiting(
        ask,
        child,
        device,
        group=group.name if group else "",
        until=stop.verdict.until,
        may_answer=stop.group_id in view.spoken_for,
        steered=steered,
    )


async def stop_of(desk: Desk, ask: Ask, rules: ChildRules | None) -> Stop | None:
    """Find the class's or school's rule that stops now what was asked for; None: the family's."""
    if rules is None or ask.group_id is None:
        return None
    book, look_up = compile_child(rules), desk.panel.catalogue.look_up
    async with desk.panel.db.read() as store:
        used = await spent.of_child(store, rules, book, now=desk.now)
    stop = stopped_by(rules, book, visit_of(ask.wish.scope, look_up), desk.now, used)
    return stop if addressee(rules, stop) == ask.group_id else None


async def answer(
    desk: Desk, ask: Ask, move: Move, *, terms: Terms | None = None, words: str = ""
) -> Ask:
    """Answer an ask: a yes gives at once, an offer when the child accepts it.

    Raises Impossible for whoever's yes would open nothing just now.
    """
    [found] = await told(desk, [ask])
    _refuse_stranger(found)
    of = ask.group_id if found.group else None
    if of is not None and move is Move.YES and ask.wish.counted and terms is None:
        # Minutes of the family's allowance would not lift a rule of the class.
        terms = usual_terms(ask.wish).model_copy(update={"counted": False})
    if of is not None and terms is not None and terms.counted:
        terms = terms.model_copy(update={"counted": False})
    async with desk.change(SAID[move], child_id=found.child.id, child=found.child.name) as tx:
        look_up = desk.panel.catalogue.look_up
        return await asks.answer(tx, ask.id, move, terms=terms, words=words, look_up=look_up, of=of)


async def reopen(desk: Desk, ask: Ask) -> Ask:
    """Take an answer back that was given a moment ago: the ask waits again."""
    child = (await view_of(desk, [ask])).child(ask)
    async with desk.change(TAKEN_BACK, child_id=child.id, child=child.name) as tx:
        return await asks.reopen(tx, ask.id)


def _refuse_stranger(found: Waiting) -> None:
    """Refuse whoever's yes would open nothing. Raises Impossible."""
    if found.may_answer:
        return
    if not found.group:
        raise Impossible(OVER)
    message = NOT_YOURS[0] if found.until else NOT_YOURS[1]
    raise Impossible(Sentence(message.message, {"group": found.group, "until": found.until}))
