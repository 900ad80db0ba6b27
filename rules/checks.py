"""What one layer is asked about a visit; the order of `CHECKS` is the specification.

A layer settles three questions: is there an exception, may this be visited at all, and may it be
visited now. A block ends the walk, and so does a grant for just this. What merely allows (the
allow list, an allowed service) settles the second question only: hours and allowances are still
asked, so that an allowed game does not run through bedtime.
"""

from collections.abc import Callable, Iterable, Iterator
from math import inf

from rules.book import AllowanceEntry, Check, GrantEntry, HoursEntry, LayerBook, Question
from rules.family import LEARNING
from rules.hours import day_end, next_turn
from rules.scope import EVERYTHING, ScopeKind, category
from rules.verdict import Action, Reason, Verdict


def grant(layer: LayerBook, question: Question) -> Verdict | None:
    """Open what an adult granted: this site, this service or this category."""
    meant = [entry for entry in layer.grants if entry.scope in question.scopes]
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


def freed(layer: LayerBook, question: Question) -> Verdict | None:
    """Find the running grant for everything: it lifts pause, hours and allowances, nothing else."""
    running = [entry for entry in layer.free if entry.runs(question.at)]
    if not running:
        _note_next(layer.free, question)
        return None
    last = max(running, key=lambda entry: entry.until)
    question.note(last.until)
    return last.verdict


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


def hours(layer: LayerBook, question: Question) -> Verdict | None:
    """Stop everything in hours that are closed."""
    return None if question.freed else _closed(layer.hours, question)


def sites(layer: LayerBook, question: Question) -> Verdict | None:
    """Look the host up in the layer's own lists: the longest name wins, a block wins a tie."""
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


def categories(layer: LayerBook, question: Question) -> Verdict | None:
    """Block if any category of the host is blocked."""
    if question.settled:
        return None
    for name in question.known.categories:
        verdict = layer.categories.get(name)
        # A granted category is not what is in the way.
        if verdict and verdict.rule not in question.granted:
            return verdict
    return None


def unlisted(layer: LayerBook, question: Question) -> Verdict | None:
    """Block what the catalogue does not know, where the policy allows only what is known."""
    known = question.known.categories or question.known.services
    return None if known or question.settled else layer.unlisted


def timed(layer: LayerBook, question: Question) -> Verdict | None:
    """Stop a site, service or category in its closed hours."""
    if question.freed:
        return None
    entries = [entry for scope in question.scopes for entry in layer.timed.get(scope, ())]
    return _closed(entries, question) if entries else None


def allowances(layer: LayerBook, question: Question) -> Verdict | None:
    """Stop what has used up its minutes of today; of several, the smallest allowance is named."""
    if question.freed:
        return None
    verdict, smallest = None, inf
    for entry in _counted(layer, question):
        used, limit = question.spent.get(entry.scope, 0), entry.minutes[question.wall.day]
        _note_allowance(entry, used, limit, question)
        if limit <= used and limit < smallest:
            verdict, smallest = _used_up(layer, entry, used, limit), limit
    return verdict


# The order, and why it is so:
CHECKS: tuple[tuple[str, Check, Callable[[LayerBook], object]], ...] = (
    # An adult said yes to just this: nothing of the same or a narrower layer may take it back.
    ("grant", grant, lambda layer: layer.grants),
    # What stops everything comes before any rule about something, so that the reason a child
    # reads at night is bedtime and not the name of a list.
    ("pause", pause, lambda layer: layer.pause),
    ("hours", hours, lambda layer: layer.hours),
    # From the particular to the general: a site an adult wrote down, a service, a category,
    # anything unknown. What answers first settles the matter for those below.
    ("sites", sites, lambda layer: layer.sites),
    ("services", services, lambda layer: layer.services),
    ("categories", categories, lambda layer: layer.categories),
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
        if verdict is None:
            continue
        if settles(verdict):
            question.settled = verdict
        else:
            return verdict
    return unstopped(layer, question)


def unstopped(layer: LayerBook, question: Question) -> Verdict:
    """Say what lets a visit go on that no check of the layer stopped."""
    return question.freed or question.settled or layer.default


def settles(verdict: Verdict) -> bool:
    """Tell whether an answer only says that something may be visited at all, not when."""
    return verdict.reason in MERELY_ALLOWED and not verdict.blocks


MERELY_ALLOWED = frozenset({Reason.ALLOW_LIST, Reason.SERVICE})


def _closed(entries: Iterable[HoursEntry], question: Question) -> Verdict | None:
    """Answer with the closed hours that end last, or note when the first of them closes."""
    verdict, ending, closing = None, -inf, inf
    for entry in entries:
        turn = next_turn(question.clock, question.wall, entry.hours)
        moment = inf if turn is None else turn * 60
        if not entry.hours.closed(question.wall.minute):
            closing = min(closing, moment)
        elif moment > ending:
            verdict, ending = entry.verdict, moment
    question.note(ending if verdict else closing)
    return verdict


def _counted(layer: LayerBook, question: Question) -> Iterator[AllowanceEntry]:
    """Find the allowances this visit counts against, the particular ones first."""
    for scope in question.scopes:
        if entry := layer.allowances.get(scope):
            yield entry
    # Homework never waits for the next day.
    everything = layer.allowances.get(EVERYTHING)
    if everything and LEARNING not in question.known.categories:
        yield everything


def _note_allowance(entry: AllowanceEntry, used: int, limit: int, question: Question) -> None:
    """Note the end of the day, and for what still runs the moment it could be used up."""
    if not question.midnight:
        question.midnight = day_end(question.clock, question.wall) * 60
    midnight = question.midnight
    if used >= entry.least:
        question.note(midnight)
    if used < limit:
        question.run_out = min(question.run_out, midnight, question.at + (limit - used) * 60)


def _used_up(layer: LayerBook, entry: AllowanceEntry, used: int, limit: int) -> Verdict:
    return Verdict(Action.BLOCK, Reason.ALLOWANCE, layer.layer, entry.scope, used=used, limit=limit)
