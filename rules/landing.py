"""Soft landing: what may go on for a little while after its time ended, and never for longer.

Only an end by the clock is softened: hours that began, minutes that are used up. Every other rule,
a pause first of all, holds at once: it is asked anew as if there were no time rules at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rules.book import LayerBook, Rulebook
from rules.checks import checks_of
from rules.decide import decide
from rules.left import closing, limits
from rules.scope import EVERYTHING, service
from rules.spent import Spent
from rules.verdict import Reason, Verdict
from rules.visit import NOTHING as NO_SERVICES
from rules.visit import Known, Visit

ENDED = frozenset({Reason.HOURS, Reason.ALLOWANCE})
MEDIA = frozenset({"video", "music", "anime"})
"""Categories whose tunnels carry something that one watches or hears to its end."""
SENDING = timedelta(minutes=2)
"""So long at most a form or an upload that was being sent goes on."""
MINUTE = 60


def timeless(rulebook: Rulebook) -> Rulebook:
    """Return the same rules without hours and minutes: what holds at every moment."""
    return replace(rulebook, layers=tuple(_timeless(layer) for layer in rulebook.layers))


def _timeless(layer: LayerBook) -> LayerBook:
    bare = replace(layer, hours=(), timed={}, allowances={})
    return replace(bare, checks=checks_of(bare))


def ended(
    always: Rulebook,
    visit: Visit,
    verdict: Verdict,
    now: datetime,
    spent: Mapping[str, int] | Spent,
) -> Verdict | None:
    """Return what a visit would be answered if only its time had not ended; None where more stops.

    `always` are the rules as `timeless` gives them.
    """
    if not verdict.blocks or verdict.reason not in ENDED:
        return None
    beside = decide(always, visit, now, spent)
    return None if beside.blocks else beside


def finishing(
    beside: Verdict, verdict: Verdict, flowed: datetime, minutes: int, now: datetime
) -> Verdict | None:
    """Let go on what flowed until its time ended, as long as was agreed; None afterwards.

    `flowed` is when its last byte came that was still in time, so it cannot renew itself.
    """
    end = flowed + timedelta(minutes=minutes)
    if not flowed <= now < end:
        return None
    until = min(end, beside.until) if beside.until else end
    return beside._replace(
        reason=Reason.FINISHING, layer=verdict.layer, rule=verdict.rule, until=until
    )


def may_send_on(since: datetime, now: datetime) -> bool:
    """Tell whether something being sent may still go on, whose time ended at `since`."""
    return timedelta() <= now - since < SENDING


def slowed(
    rulebook: Rulebook,
    now: datetime,
    spent: Mapping[str, int] | Spent,
    categories: Mapping[str, str] = NO_SERVICES,
) -> frozenset[str]:
    """Name the scopes whose end is so near that they are slow by now."""
    if not rulebook.slow_lane or now.timestamp() >= rulebook.ends:
        return frozenset()
    near = {
        each.scope
        for each in limits(rulebook, now, spent, categories)
        if 0 < each.left <= rulebook.slow_lane < each.limit
    }
    turn = closing(rulebook, now)
    if turn and turn[1].astimezone(UTC) - now <= timedelta(minutes=rulebook.slow_lane):
        near.add(EVERYTHING)
    return frozenset(near)


def covers(rulebook: Rulebook, scopes: Iterable[str], host: str, known: Known) -> bool:
    """Tell whether a host counts for one of the scopes; help never does."""
    if known.never_block:
        return False
    own = {EVERYTHING, *rulebook.scopes_of(rulebook.named(host), known)}
    own |= {service(name) for name in known.services}
    return not own.isdisjoint(scopes)
