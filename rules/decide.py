"""The verdict on a visit: one walk along a list of checks, whose order is the specification.

What a layer is asked, and in which order, is `rules.checks.CHECKS`. Here the layers meet, and the
house has the first and the last word.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import inf

from rules.book import Question, Rulebook
from rules.checks import ask
from rules.hosts import parents
from rules.policy import Privacy
from rules.verdict import Action, Layer, Reason, Verdict
from rules.visit import Visit

HELPLINE = Verdict(Action.PASS, Reason.HELPLINE, Layer.HOUSE)
NO_POLICY = Verdict(Action.BLOCK, Reason.NO_POLICY, Layer.HOUSE)

STRICTNESS = {Action.PASS: 0, Action.ALLOW: 1, Action.REWRITE: 3, Action.BLOCK: 4}
NEVER_OPENED_STRICTNESS = 2


def decide(rulebook: Rulebook, visit: Visit, now: datetime, spent: Mapping[str, int]) -> Verdict:
    """Judge a visit at a moment (aware, any zone), given minutes spent today by scope.

    Every layer is asked; the strictest answer wins. Pure: no I/O, no clock, never raises.
    """
    # A child in need must reach help, whatever anyone wrote.
    if visit.known.never_block:
        return HELPLINE
    # Without a policy nobody said what is right: stop and say so.
    if not rulebook.layers:
        return NO_POLICY
    question = pose(rulebook, visit, now, spent)
    named = None
    for layer in rulebook.layers:
        verdict = ask(layer, question)
        if verdict.action is Action.BLOCK:
            # Layers are asked from the widest: no narrower one can change a block.
            return _until(verdict, question.edge)
        # The widest layer that has something to say is named.
        if named is None or named.reason is Reason.DEFAULT:
            named = verdict if named is None or verdict.reason is not Reason.DEFAULT else named
    edge = min(question.edge, question.run_out)
    return _until(going_on(rulebook, visit, named or rulebook.layers[0].default), edge)


def pose(rulebook: Rulebook, visit: Visit, now: datetime, spent: Mapping[str, int]) -> Question:
    """Gather once what every layer will look at."""
    at = now.timestamp()
    hosts: tuple[str, ...] = ()
    if rulebook.hosts:
        hosts = tuple([host for host in parents(visit.host) if host in rulebook.hosts])
    wall = rulebook.clock.at(int(at // 60))
    scopes = _scopes(rulebook, visit, hosts)
    return Question(visit.known, hosts, scopes, at, wall, rulebook.clock, spent)


def going_on(rulebook: Rulebook, visit: Visit, verdict: Verdict) -> Verdict:
    """Tell how a visit that no layer stops goes on: untouched, to a safe host, or opened."""
    # Banks and doctors are nobody's business, not even a parent's.
    if visit.known.never_open:
        return Verdict(Action.PASS, Reason.NEVER_OPENED)
    # A safe host needs no opening, so it comes before what does.
    for key, safe in rulebook.safe if visit.known.safe else ():
        to = visit.known.safe.get(key)
        if to and to != visit.host:
            return Verdict(safe.action, safe.reason, safe.layer, safe.rule, to=to)
    if rulebook.privacy is Privacy.PAGES:
        return Verdict(Action.ALLOW, verdict.reason, verdict.layer, verdict.rule)
    return verdict


def strictest(verdicts: Iterable[Verdict]) -> Verdict:
    """Choose among the verdicts on the names of one connection; of equals, the first.

    What goes on is judged again when any of its names may be stopped.
    """
    judged = list(verdicts)
    # The promise never to open a bank outweighs the wish to look inside under another name.
    best = max(judged, key=_strictness)
    moments = [verdict.until for verdict in judged if verdict.until is not None]
    if best.blocks or not moments:
        return best
    return _until(best, min(moments).timestamp())


def _strictness(verdict: Verdict) -> int:
    if verdict.reason is Reason.NEVER_OPENED:
        return NEVER_OPENED_STRICTNESS
    return STRICTNESS[verdict.action]


def _scopes(rulebook: Rulebook, visit: Visit, hosts: tuple[str, ...]) -> tuple[str, ...]:
    """List the visit's scopes that some timed rule or grant names, the particular ones first."""
    known = visit.known
    found: list[str] = []
    if rulebook.sites:
        for host in hosts:
            found += rulebook.sites.get(host, ())
    if rulebook.services:
        found += [rulebook.services[name] for name in known.services if name in rulebook.services]
    if rulebook.categories:
        names = rulebook.categories
        found += [names[name] for name in known.categories if name in names]
    return tuple(found)


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
    )
