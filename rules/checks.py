"""What one layer is asked about a visit; the order of `CHECKS` is the specification.

A layer settles three questions: is there an exception, may this be visited at all, and may it be
visited now. A block ends the walk, and so does a grant for just this. What merely allows (the
allow list, an allowed service) settles the second question only: hours and allowances are still
asked, so that an allowed game does not run through bedtime.
"""

from collections.abc import Callable, Iterable
from math import inf

from rules.book import Check, GrantEntry, HoursEntry, LayerBook, Question, UrlEntry, is_unread
from rules.hosts import is_public_address
from rules.hours import next_turn
from rules.limited import allowances
from rules.pages import covers
from rules.scope import EVERYTHING, ScopeKind, category
from rules.urls import address_of
from rules.verdict import Action, Layer, Reason, Verdict

SYSTEM = "system"
"""What devices do by themselves, and what pages everywhere are made of."""
NO_PARTS = frozenset({"ads", "tracking", "malware", "phishing"})
"""A page that was granted comes up whole without these."""


def grant(layer: LayerBook, question: Question) -> Verdict | None:
    """Open what an adult granted: this site, this service or this category."""
    meant = [
        entry
        for entry in layer.grants
        # Below a floor only those grants count that a wider layer gave.
        if entry.scope in question.scopes and entry.width <= question.floor
    ]
    if not meant:
        return None
    running = [entry for entry in meant if entry.runs(question.at)]
    question.granted = tuple(entry.scope for entry in running)
    opening = [entry for entry in running if _opens(entry, layer, question)]
    if not opening:
        _note_next(meant, question)
        return None
    best = max(opening, key=lambda entry: entry.until)
    # A grant for a category may lean on a second one (see _opens), so it is looked at again
    # when any of them ends.
    question.note(min(entry.until for entry in running) if _is_wide(best) else best.until)
    return best.verdict


def page(layer: LayerBook, question: Question) -> Verdict | None:
    """Open the one page an adult granted, what lies below it, and what the page itself loads."""
    path = question.visit.path
    meant = [entry for entry in _pages(layer, question) if path and covers(entry.path, path)]
    if not meant and question.visit.page:
        meant = _whole(layer, question)
    return _last(meant, question)


def _whole(layer: LayerBook, question: Question) -> list[GrantEntry]:
    """List the running grants for the page of which this is a part, wherever that lies."""
    known, page = question.known, question.visit.page
    if known.never_open or not NO_PARTS.isdisjoint(known.categories):
        return []
    return [
        entry
        for entry in layer.pages
        if entry.scope == page and entry.width <= question.floor and entry.runs(question.at)
    ]


def unseen(layer: LayerBook, question: Question) -> Verdict | None:
    """Let a connection that this layer stops be opened, to see if it is for a granted page."""
    verdict = None if question.visit.path else _last(_pages(layer, question), question)
    question.inside = question.inside or verdict is not None
    return verdict


def _pages(layer: LayerBook, question: Question) -> list[GrantEntry]:
    """List the running grants for pages of this very host; those of its other names are not it."""
    # Nobody looks into a bank, so nobody could tell its pages apart.
    if question.known.never_open:
        return []
    host, floor = question.visit.host, question.floor
    meant = [entry for entry in layer.pages if entry.host == host and entry.width <= floor]
    _note_next(meant, question)
    return [entry for entry in meant if entry.runs(question.at)]


def _last(running: list[GrantEntry], question: Question) -> Verdict | None:
    """Answer with the grant that ends last, and note when that is."""
    if not running:
        return None
    last = max(running, key=lambda entry: entry.until)
    question.note(last.until)
    return last.verdict


def freed(layer: LayerBook, question: Question) -> Verdict | None:
    """Find the running grant for everything: it lifts pause, hours and allowances, nothing else."""
    meant = [entry for entry in layer.free if entry.width <= question.floor]
    running = [entry for entry in meant if entry.runs(question.at)]
    if not running:
        _note_next(meant, question)
        return None
    return _last(running, question)


def _note_next(entries: Iterable[GrantEntry], question: Question) -> None:
    """Note when a grant that waits begins."""
    for entry in entries:
        if entry.since > question.at:
            question.note(entry.since)


def _is_wide(entry: GrantEntry) -> bool:
    return entry.scope.startswith(ScopeKind.CATEGORY)


def _opens(entry: GrantEntry, layer: LayerBook, question: Question) -> bool:
    """Tell whether a grant opens this visit: an hour of games opens no gambling site with games."""
    if not _is_wide(entry):
        return True
    return all(
        name not in layer.categories or category(name) in question.granted
        for name in question.known.categories
    )


def pause(layer: LayerBook, question: Question) -> Verdict | None:
    """Stop everything while an adult has paused it."""
    paused = layer.pause
    if paused is None or question.freed or question.at >= paused.until:
        return None
    question.note(paused.until)
    return paused.verdict


def lesson(layer: LayerBook, question: Question) -> Verdict | None:
    """Stop during a lesson what its teacher did not choose; the hours of the class still hold."""
    running = layer.lesson
    if running is None or question.freed or question.at >= running.until:
        return None
    if question.at < running.since:
        question.note(running.since)
        return None
    question.note(running.until)
    known = question.known
    # What a device itself needs, and the letters of a page, are no sites anybody goes to.
    if SYSTEM in known.categories or known.never_block:
        return None
    for host in question.hosts:
        if chosen := running.sites.get(host):
            return chosen
    if question.visit.companion and is_unread(known):
        return COMPANIONS[layer.layer]
    return running.verdict


def hours(layer: LayerBook, question: Question) -> Verdict | None:
    """Stop everything in hours that are closed."""
    return None if question.freed else _closed(layer.hours, question)


def urls(layer: LayerBook, question: Question) -> Verdict | None:
    """Ask the rules about addresses; of those that are met a block is stronger."""
    # Nobody looks into a bank, so nothing depends on what is inside.
    if question.known.never_open:
        return None
    meant = [
        entry for entry in layer.urls if entry.scope in question.scopes or entry.scope == EVERYTHING
    ]
    if not meant:
        return None
    question.inside = True
    if not question.visit.path:
        return _not_yet_seen(meant)
    if question.address is None:
        question.address = address_of(question.visit.path, question.visit.query)
    met = [entry.verdict for entry in meant if entry.matcher.meets(question.address)]
    return next((verdict for verdict in met if verdict.blocks), met[0] if met else None)


def _not_yet_seen(meant: Iterable[UrlEntry]) -> Verdict | None:
    """Let a connection be opened where something in it may be allowed."""
    return next((entry.verdict for entry in meant if not entry.verdict.blocks), None)


def sites(layer: LayerBook, question: Question) -> Verdict | None:
    """Look the host and its parents up in both lists; the longest name wins."""
    if question.settled:
        return None
    for host in question.hosts:
        if verdict := layer.sites.get(host):
            return verdict
    return None


def services(layer: LayerBook, question: Question) -> Verdict | None:
    """Ask what was chosen for the services of the host: one blocked service blocks."""
    if question.settled:
        return None
    chosen = None
    for name in question.known.services:
        verdict = layer.services.get(name)
        if verdict is not None and (chosen is None or verdict.blocks):
            chosen = verdict
    return chosen


def unsafe(layer: LayerBook, question: Question) -> Verdict | None:
    """Stop what safe search cannot reach: engines without a safe mode, hosts of what it hides."""
    what = question.known.unsafe
    if not what:
        return None
    kind = what.partition(":")[0]
    verdict = layer.unsafe.get(kind)
    # Whoever allows Bing has allowed its searches, not the pictures its safe mode leaves out.
    if verdict is None or (question.settled and kind == "engine"):
        return None
    return verdict._replace(rule=what)


def categories(layer: LayerBook, question: Question) -> Verdict | None:
    """Block if any category of the host is blocked."""
    if question.settled:
        return None
    known = question.known
    blocked = layer.looks if known.looks else layer.categories
    for name in known.categories:
        verdict = blocked.get(name)
        # A granted category is not what is in the way.
        if verdict and verdict.rule not in question.granted:
            return verdict
    return None


def unlisted(layer: LayerBook, question: Question) -> Verdict | None:
    """Block what the catalogue does not know, where the policy allows only what is known."""
    known = question.known
    # What only its own pages say of a site is not what a list says.
    listed = (known.categories and not known.looks) or known.services
    if listed or question.settled:
        return None
    companion = question.visit.companion
    return COMPANIONS.get(layer.layer) if companion else layer.unlisted


def unnamed(layer: LayerBook, question: Question) -> Verdict | None:
    """Block what names no site, where the policy wants names; at home the door itself decides."""
    if question.settled or not is_public_address(question.visit.host):
        return None
    return layer.unnamed


def timed(layer: LayerBook, question: Question) -> Verdict | None:
    """Stop a site, service or category in its closed hours."""
    if question.freed:
        return None
    entries = [entry for scope in question.scopes for entry in layer.timed.get(scope, ())]
    return _closed(entries, question) if entries else None


# The order, and why it is so:
CHECKS: tuple[tuple[str, Check, Callable[[LayerBook], object]], ...] = (
    # An adult said yes to just this: nothing of the same or a narrower layer may take it back.
    ("grant", grant, lambda layer: layer.grants),
    ("page", page, lambda layer: layer.pages),
    # What stops everything comes before any rule about something, so that the reason a child
    # reads at night is bedtime and not the name of a list.
    ("pause", pause, lambda layer: layer.pause),
    ("hours", hours, lambda layer: layer.hours),
    # A lesson is nearer than any list: what its teacher chose is open in this layer.
    ("lesson", lesson, lambda layer: layer.lesson),
    # From the particular to the general: an address, a site an adult wrote down, a service, a
    # category, anything unknown. What answers first settles the matter for those below.
    ("urls", urls, lambda layer: layer.urls),
    ("sites", sites, lambda layer: layer.sites),
    ("services", services, lambda layer: layer.services),
    # An engine an adult allowed by name is open; else it must be one that can be made safe.
    ("unsafe", unsafe, lambda layer: layer.unsafe),
    ("categories", categories, lambda layer: layer.categories),
    # That it has no name says more than that nobody knows it.
    ("unnamed", unnamed, lambda layer: layer.unnamed),
    ("unlisted", unlisted, lambda layer: layer.unlisted),
    # Only what may be visited at all has hours and minutes of its own. Hours before allowances:
    # a window ends sooner than a day, so the child reads the nearer moment.
    ("timed", timed, lambda layer: layer.timed),
    ("allowances", allowances, lambda layer: layer.allowances),
)


def checks_of(layer: LayerBook) -> tuple[Check, ...]:
    """Choose the checks that have something to look at in a layer."""
    return tuple(check for _, check, concerns in CHECKS if concerns(layer))


def ask(layer: LayerBook, question: Question) -> Verdict:
    """Walk the checks of a layer to its answer."""
    question.settled, question.granted = None, ()
    question.freed = freed(layer, question) if layer.free else None
    for check in layer.checks:
        verdict = check(layer, question)
        if verdict is not None:
            if not settles(verdict):
                lifted = unseen(layer, question) if layer.pages and verdict.blocks else None
                return lifted or verdict
            question.settled = verdict
    return unstopped(layer, question)


def unstopped(layer: LayerBook, question: Question) -> Verdict:
    """Say what lets a visit go on that no check of the layer stopped."""
    return question.freed or question.settled or layer.default


def settles(verdict: Verdict) -> bool:
    """Tell whether an answer only says that something may be visited at all, not when."""
    reason = verdict.reason
    # Compared one by one: hashing a reason takes longer than all four.
    merely = (
        reason is Reason.SERVICE
        or reason is Reason.ALLOW_LIST
        or reason is Reason.URL
        or reason is Reason.COMPANION
    )
    return merely and verdict.action is not Action.BLOCK


COMPANIONS = {layer: Verdict(Action.PASS, Reason.COMPANION, layer) for layer in Layer}


def _closed(entries: Iterable[HoursEntry], question: Question) -> Verdict | None:
    """Answer with the closed hours that end last, or note when the first of them closes."""
    verdict, ending, closing = None, -inf, inf
    for entry in entries:
        turn = next_turn(question.clock, question.wall, entry.hours)
        moment = inf if turn is None else turn * 60
        if not entry.hours.shut(question.wall):
            closing = min(closing, moment)
        elif moment > ending:
            verdict, ending = entry.verdict, moment
    question.note(ending if verdict else closing)
    return verdict
