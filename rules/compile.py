"""From a child's layers to lean values: parse and index at load, only look up per visit."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import chain
from math import inf

from rules.book import (
    AllowanceEntry,
    GrantEntry,
    HoursEntry,
    LayerBook,
    PauseEntry,
    Rulebook,
)
from rules.checks import checks_of
from rules.family import ChildRules, Grant
from rules.hosts import normalise
from rules.hours import clock_of, compile_hours
from rules.policy import Choice, Hours, Policy, Privacy, YouTube
from rules.scope import EVERYTHING, ScopeKind, split
from rules.verdict import Action, Layer, Reason, Verdict

__all__ = ["Rulebook", "compile_child", "compile_layers"]

WIDTH = {layer: width for width, layer in enumerate(Layer) if layer is not Layer.HOUSE}
"""How narrow a layer is; what the house itself decides cannot be lifted."""

YOUTUBE_KEYS = {
    # Where the catalogue has no host of just this strictness, the other one is better than none.
    YouTube.STRICT: ("youtube_strict", "youtube_moderate"),
    YouTube.MODERATE: ("youtube_moderate", "youtube_strict"),
}


def compile_child(child: ChildRules) -> Rulebook:
    """Compile a child's layers and grants."""
    return compile_layers(child.layers, child.zone, child.grants)


def compile_layers(
    layers: tuple[tuple[Layer, Policy], ...], zone: str, grants: tuple[Grant, ...] = ()
) -> Rulebook:
    """Compile layers, from the widest to the narrowest, and the grants that lift them."""
    books = tuple(_compile_layer(layer, policy, grants) for layer, policy in layers)
    scopes = set(chain.from_iterable(_scopes(book) for book in books))
    sites: dict[str, list[str]] = {}
    for scope in sorted(scopes):
        if split(scope)[0] is ScopeKind.SITE:
            sites.setdefault(_host(split(scope)[1]), []).append(scope)
    return Rulebook(
        layers=books,
        clock=clock_of(zone),
        # How much is written down is the child's own matter: the narrowest layer decides.
        privacy=layers[-1][1].privacy if layers else Privacy.COUNTS,
        safe=tuple(_safe(layers)),
        hosts=frozenset(chain(sites, *(book.sites for book in books))),
        services=_named(scopes, ScopeKind.SERVICE),
        categories=_named(scopes, ScopeKind.CATEGORY),
        sites={host: tuple(names) for host, names in sites.items()},
    )


def _compile_layer(layer: Layer, policy: Policy, grants: Iterable[Grant]) -> LayerBook:
    lifting = [_grant(grant) for grant in grants if _lifts(grant.layer, layer)]
    timed = _timed(layer, policy)
    book = LayerBook(
        layer=layer,
        free=tuple(entry for entry in lifting if entry.scope == EVERYTHING),
        grants=tuple(entry for entry in lifting if entry.scope != EVERYTHING),
        pause=_pause(layer, policy),
        hours=timed.pop(EVERYTHING, ()),
        sites=_sites(layer, policy),
        services=_choices(layer, policy.services, Reason.SERVICE),
        # An allowed category is no more than one that is not blocked: another may still block.
        categories=_choices(layer, _blocked(policy.categories), Reason.CATEGORY),
        unlisted=_unlisted(layer, policy),
        timed=timed,
        allowances=_allowances(policy),
        default=Verdict(Action.PASS, Reason.DEFAULT, layer),
    )
    return replace(book, checks=checks_of(book))


def _lifts(giver: Layer, layer: Layer) -> bool:
    """Tell whether a grant given in one layer lifts the rules of another: its own and narrower."""
    return giver in WIDTH and layer in WIDTH and WIDTH[giver] <= WIDTH[layer]


def _grant(grant: Grant) -> GrantEntry:
    verdict = Verdict(Action.PASS, Reason.GRANT, grant.layer, grant.scope)
    return GrantEntry(grant.scope, grant.since.timestamp(), grant.until.timestamp(), verdict)


def _pause(layer: Layer, policy: Policy) -> PauseEntry | None:
    if policy.pause is None:
        return None
    verdict = Verdict(Action.BLOCK, Reason.PAUSED, layer, policy.pause.by)
    return PauseEntry(_seconds(policy.pause.until), verdict)


def _seconds(moment: datetime | None) -> float:
    return inf if moment is None else moment.timestamp()


def _sites(layer: Layer, policy: Policy) -> dict[str, Verdict]:
    allowed = {h: Verdict(Action.PASS, Reason.ALLOW_LIST, layer, h) for h in policy.allow}
    blocked = {h: Verdict(Action.BLOCK, Reason.BLOCK_LIST, layer, h) for h in policy.block}
    return allowed | blocked


def _blocked(choices: Mapping[str, Choice]) -> dict[str, Choice]:
    return {name: choice for name, choice in choices.items() if choice is Choice.BLOCK}


def _choices(layer: Layer, choices: Mapping[str, Choice], reason: Reason) -> dict[str, Verdict]:
    actions = {Choice.ALLOW: Action.PASS, Choice.BLOCK: Action.BLOCK}
    return {
        name: Verdict(actions[choice], reason, layer, f"{reason}:{name}")
        for name, choice in choices.items()
    }


def _unlisted(layer: Layer, policy: Policy) -> Verdict | None:
    if policy.unlisted is Choice.ALLOW:
        return None
    return Verdict(Action.BLOCK, Reason.UNKNOWN_SITE, layer, "unlisted")


def _timed(layer: Layer, policy: Policy) -> dict[str, tuple[HoursEntry, ...]]:
    timed: dict[str, tuple[HoursEntry, ...]] = {}
    for hours in policy.hours:
        timed[hours.scope] = (*timed.get(hours.scope, ()), _hours(layer, hours))
    return timed


def _hours(layer: Layer, hours: Hours) -> HoursEntry:
    verdict = Verdict(Action.BLOCK, Reason.HOURS, layer, hours.name)
    return HoursEntry(compile_hours(hours), verdict)


def _allowances(policy: Policy) -> dict[str, AllowanceEntry]:
    return {
        allowance.scope: AllowanceEntry(allowance.scope, allowance.minutes, min(allowance.minutes))
        for allowance in policy.allowances
    }


def _scopes(book: LayerBook) -> Iterable[str]:
    """List the scopes that timed rules and grants of a layer name."""
    yield from book.timed
    yield from book.allowances
    yield from (entry.scope for entry in book.grants)


def _named(scopes: Iterable[str], kind: ScopeKind) -> dict[str, str]:
    return {split(scope)[1]: scope for scope in scopes if split(scope)[0] is kind}


def _host(name: str) -> str:
    """Write a site's host in its one form; a name that is no host simply never matches."""
    try:
        return normalise(name)
    except ValueError:
        return name


def _safe(layers: Iterable[tuple[Layer, Policy]]) -> Iterable[tuple[str, Verdict]]:
    """Tell what is made safe: search if any layer wants it, YouTube as the strictest wants it."""
    layers = tuple(layers)
    for layer, policy in layers:
        if policy.safe_search:
            yield "search", Verdict(Action.REWRITE, Reason.SAFE_SEARCH, layer, "search")
            break
    for level, keys in YOUTUBE_KEYS.items():
        for layer, policy in layers:
            if policy.youtube is level:
                verdict = Verdict(Action.REWRITE, Reason.SAFE_SEARCH, layer, f"youtube:{level}")
                yield from ((key, verdict) for key in keys)
                return
