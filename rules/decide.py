"""The verdict on a visit: one walk along a list of checks, whose order is the specification.

What a layer is asked, and in which order, is `rules.checks.CHECKS`. Here the layers meet, and the
house has the first and the last word.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import inf

from rules.book import FloorEntry, LayerBook, Question, Rulebook, is_unread
from rules.checks import ask
from rules.hours import day_end, next_turn
from rules.policy import Privacy
from rules.scope import EVERYTHING
from rules.spent import Spent, as_spent
from rules.values import Choice
from rules.verdict import Action, Layer, Reason, Verdict
from rules.videos import is_edited
from rules.visit import Known, Visit, is_unlisted

HELPLINE = Verdict(Action.PASS, Reason.HELPLINE, Layer.HOUSE)
NETWORK_CHECK = Verdict(Action.PASS, Reason.NETWORK_CHECK, Layer.HOUSE)
NO_POLICY = Verdict(Action.BLOCK, Reason.NO_POLICY, Layer.HOUSE)
UNKNOWN_USER = Verdict(Action.BLOCK, Reason.UNKNOWN_USER, Layer.HOUSE)
SYSTEM = "system"
"""The category of what devices need to run: time, updates, network checks."""
OF_AGE = Verdict(Action.PASS, Reason.OF_AGE, Layer.HOUSE)
UNRULED = Verdict(Action.PASS, Reason.DEFAULT, Layer.HOUSE)
"""No layer holds here and now."""

STRICTNESS = {Action.PASS: 0, Action.ALLOW: 1, Action.REWRITE: 3, Action.BLOCK: 4}
NEVER_OPENED_STRICTNESS = 2
"""Staying closed beats being opened, but neither a safe host nor a stop."""
INSIDE_STRICTNESS = 1.5
"""What a rule must see comes before what an adult would merely like to see."""

EDITS_STRICTNESS = 0.25
"""What is to be taken out of pages for one child is taken out for all at the device."""


def decide(
    rulebook: Rulebook, visit: Visit, now: datetime, spent: Mapping[str, int] | Spent
) -> Verdict:
    """Judge a visit at a moment (aware, any zone), given minutes spent today by scope, or more.

    Every layer that holds is asked; the strictest answer wins. Pure: no I/O, no clock, never
    raises.
    """
    # A child in need must reach help, whatever anyone wrote.
    if visit.known.never_block:
        return HELPLINE
    # Without a policy nobody said what is right: stop and say so.
    if not rulebook.layers:
        return NO_POLICY
    at = now.timestamp()
    if at >= rulebook.ends:
        return OF_AGE
    question = pose(rulebook, visit, at, spent)
    layers = holding(rulebook, question)
    if rulebook.floors:
        stand_on(rulebook, layers, question)
    if is_network_check(layers, visit):
        return _until(NETWORK_CHECK, min(question.edge, rulebook.ends))
    verdict = _walk(layers, question)
    if verdict.action is Action.BLOCK:
        return _until(verdict, min(question.edge, rulebook.ends))
    verdict = going_on(rulebook, layers, question, verdict)
    edge = min(question.edge, question.run_out, rulebook.ends)
    return _until(_heard(rulebook, visit, verdict), edge)


def _walk(layers: Iterable[LayerBook], question: Question) -> Verdict:
    """Ask the layers from the widest: no narrower one can change a block."""
    named, default = None, Reason.DEFAULT
    for layer in layers:
        verdict = ask(layer, question)
        if verdict.action is Action.BLOCK:
            return verdict
        # The widest layer that has something to say is named.
        if named is None or (named.reason is default and verdict.reason is not default):
            named = verdict
    return named or UNRULED


def pose(rulebook: Rulebook, visit: Visit, at: float, spent: Mapping[str, int] | Spent) -> Question:
    """Gather once what every layer will look at."""
    hosts = rulebook.named(visit.host)
    scopes = rulebook.scopes_of(hosts, visit.known)
    clock = rulebook.clock
    wall = clock.at(int(at // 60))
    return Question(visit, visit.known, hosts, scopes, at, wall, clock, as_spent(spent))


def holding(rulebook: Rulebook, question: Question) -> tuple[LayerBook, ...]:
    """Choose the layers that hold here and now, and note when that changes."""
    if not rulebook.is_conditional:
        return rulebook.layers
    return tuple([layer for layer in rulebook.layers if _holds(layer, question)])


def _holds(layer: LayerBook, question: Question) -> bool:
    holds = True
    if layer.networks and layer.networks.isdisjoint(question.visit.networks):
        return False
    for turning in layer.within:
        turn = next_turn(question.clock, question.wall, turning)
        if turn is not None:
            question.note(turn * 60)
        holds = holds and turning.shut(question.wall)
    return holds


def stand_on(rulebook: Rulebook, layers: tuple[LayerBook, ...], question: Question) -> None:
    """Find the floor on which this visit stands: below it no narrower layer's grants count."""
    held = {layer.layer for layer in layers}
    for floor in rulebook.floors:
        covers = floor.scope == EVERYTHING or floor.scope in question.scopes
        if covers and floor.layer in held and _is_reached(floor, question):
            question.floor = min(question.floor, floor.width)


def _is_reached(floor: FloorEntry, question: Question) -> bool:
    """Tell whether the minutes are used up to which narrower layers may grant."""
    left = floor.minutes - question.spent.today.get(floor.scope, 0)
    if not floor.minutes or left <= 0:
        return True
    question.midnight = question.midnight or day_end(question.clock, question.wall) * 60
    question.run_out = min(question.run_out, question.midnight, question.at + left * 60)
    return False


def is_network_check(layers: Iterable[LayerBook], visit: Visit) -> bool:
    """Tell whether a device only asks if there is a network, and nobody stopped just this name.

    A phone that finds no network goes to mobile data, where no rule holds: a pause would be a way
    out. Who stops a whole company's site does not mean this.
    """
    if not visit.known.network_check:
        return False
    named = [layer.sites[visit.host] for layer in layers if visit.host in layer.sites]
    return not any(verdict.blocks for verdict in named)


def going_on(
    rulebook: Rulebook, layers: tuple[LayerBook, ...], question: Question, verdict: Verdict
) -> Verdict:
    """Tell how a visit that no layer stops goes on: untouched, to a safe host, or opened."""
    visit = question.visit
    # Banks and doctors are nobody's business, not even a parent's.
    if visit.known.never_open:
        return Verdict(Action.PASS, Reason.NEVER_OPENED)
    edits = rulebook.edits and is_edited(visit.host) and _edits(layers, question)
    # A safe host needs no opening, so it comes before what does.
    for key, safe in rulebook.safe if visit.known.safe else ():
        to = visit.known.safe.get(key)
        if to and to != visit.host and _is_held(safe.layer, layers):
            return safe._replace(to=to, inside=question.inside, edits=edits)
    reads = rulebook.reads and is_unread(visit.known) and any(layer.reads for layer in layers)
    if question.inside or reads or _is_noted(rulebook, question):
        action = Action.ALLOW
        return verdict._replace(action=action, inside=question.inside, reads=reads, edits=edits)
    return verdict._replace(edits=True) if edits else verdict


def _edits(layers: tuple[LayerBook, ...], question: Question) -> bool:
    """Tell whether something is taken out of pages here, and note where they must be seen."""
    wanted = [layer.videos for layer in layers if layer.videos]
    if any(videos.unsure is Choice.BLOCK for videos in wanted):
        question.inside = True
    return bool(wanted)


def _is_noted(rulebook: Rulebook, question: Question) -> bool:
    """Tell whether pages are written down here and now, and note when that changes."""
    if rulebook.privacy is not Privacy.PAGES:
        return False
    for hours in rulebook.private:
        turn = next_turn(question.clock, question.wall, hours)
        if turn is not None:
            question.note(turn * 60)
        if hours.shut(question.wall):
            return False
    return True


def _heard(rulebook: Rulebook, visit: Visit, verdict: Verdict) -> Verdict:
    """Add the wish to look at what is typed, where the family has it and words are typed there."""
    if verdict.reason is Reason.NEVER_OPENED:
        return verdict
    hear = rulebook.hears and visit.known.speaks
    minds = _minds(rulebook, visit.known)
    return verdict._replace(hear=hear, minds=minds) if hear or minds else verdict


def _minds(rulebook: Rulebook, known: Known) -> bool:
    """Tell whether a site is opened to look at what is sent there before it goes on."""
    if known.chats and rulebook.homework.on:
        return True
    sending = rulebook.sending
    return sending.ask and sending.unknown and bool(rulebook.details) and is_unlisted(known)


def _is_held(wanted: Layer, layers: tuple[LayerBook, ...]) -> bool:
    return any(layer.layer is wanted for layer in layers)


def strictest(verdicts: Iterable[Verdict]) -> Verdict:
    """Choose among the verdicts of one connection, on its names or its children.

    Of equals the first speaks. It holds until the first of those may change that could speak in its
    place: as among layers, what is asked after a block can change nothing of it; what goes on
    depends on all.
    """
    judged = list(verdicts)
    if len(judged) == 1:
        return judged[0]
    # The promise never to open a bank outweighs the wish to look inside under another name.
    best = max(judged, key=strictness)
    asked = judged[: judged.index(best) + 1] if best.blocks else judged
    moments = [verdict.until for verdict in asked if verdict.until is not None]
    return _until(best, min(moments).timestamp()) if moments else best


def unknown_user(verdict: Verdict, known: Known) -> Verdict:
    """Stop what would go on at a shared device, until somebody says who it is.

    Help stays open, and so does what the device itself needs to run.
    """
    always = known.never_block or SYSTEM in known.categories
    return verdict if verdict.blocks or always else UNKNOWN_USER


def strictness(verdict: Verdict) -> float:
    """Tell how strict a verdict is, compared with others on the same connection."""
    if verdict.reason is Reason.NEVER_OPENED:
        return NEVER_OPENED_STRICTNESS
    if verdict.action is Action.ALLOW and verdict.inside:
        return INSIDE_STRICTNESS
    return STRICTNESS[verdict.action] + (EDITS_STRICTNESS if verdict.edits else 0)


def _until(verdict: Verdict, edge: float) -> Verdict:
    if edge == inf:
        return verdict
    return Verdict(
        verdict.action,
        verdict.reason,
        verdict.layer,
        verdict.rule,
        datetime.fromtimestamp(edge, UTC),
        verdict.to,
        verdict.used,
        verdict.limit,
        verdict.week,
        verdict.inside,
        verdict.reads,
        verdict.hear,
        verdict.edits,
        verdict.minds,
    )
