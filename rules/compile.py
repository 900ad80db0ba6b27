"""From a child's layers to lean values: parse and index at load, only look up per visit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, zip_longest
from math import inf
from uuid import UUID

from rules.book import (
    AllowanceEntry,
    FloorEntry,
    GrantEntry,
    HoursEntry,
    LayerBook,
    LessonEntry,
    PauseEntry,
    Rulebook,
    UrlEntry,
)
from rules.calendar import Calendar, calendar_of
from rules.checks import checks_of
from rules.coming_of_age import ends
from rules.dated import Dates, hours_of
from rules.family import ChildRules, Grant
from rules.hosts import normalise, parents
from rules.hours import Turning, clock_of
from rules.limits import MINUTES_A_DAY
from rules.pages import take_apart
from rules.policy import (
    Allowance,
    Applies,
    Choice,
    Hours,
    Policy,
    Privacy,
    UrlRule,
    Window,
    YouTube,
    edits_youtube,
    least,
)
from rules.scope import EVERYTHING, ScopeKind, of_layer, other, split
from rules.sending import Homework, Sending
from rules.urls import compile_url
from rules.verdict import Action, Layer, Reason, Verdict

__all__ = ["Rulebook", "compile_child", "compile_layers", "privacy_of"]

WIDTH: Mapping[Layer, int] = {
    layer: width for width, layer in enumerate(Layer) if layer is not Layer.HOUSE
}
"""How narrow a layer is; what the house itself decides cannot be lifted."""

YOUTUBE_KEYS = {
    # Where the catalogue has no host of just this strictness, the other one is better than none.
    YouTube.STRICT: ("youtube_strict", "youtube_moderate"),
    YouTube.MODERATE: ("youtube_moderate", "youtube_strict"),
}

type Layers = tuple[tuple[Layer, Policy], ...]


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose each of the layers is, in their order, and where the child is at home."""

    layers: tuple[UUID, ...] = ()
    home: UUID | None = None

    def lifts(self, grant: Grant, layer: Layer, owner: UUID | None) -> bool:
        """Tell whether a grant lifts a layer: that of its giver, and of several alike just the one.

        A child on a school's roster may have no other home than its class, which then speaks for
        the child's own rules as a family does.
        """
        if layer is Layer.CHILD and grant.group_id and grant.group_id == self.home:
            return True
        if grant.layer is layer and grant.group_id and owner:
            return grant.group_id == owner
        return _lifts(grant.layer, layer)


def compile_child(child: ChildRules) -> Rulebook:
    """Compile a child's layers and grants."""
    owners = Owners(child.owners, child.group_id)
    book = compile_layers(child.layers, child.zone, child.grants, owners)
    if child.details:
        book = replace(book, details=child.details)
    book = replace(book, privacy=privacy_of(child), tells=child.agreed.words)
    if child.birth_year is None:
        return book
    return replace(book, ends=ends(child.birth_year, child.zone).timestamp())


def privacy_of(child: ChildRules) -> Privacy:
    """Return how much is written down about a child: what its rules want, as far as agreed."""
    return least((_privacy(child.layers), child.agreed.level))


def _privacy(layers: Layers) -> Privacy:
    # How much is heard and written down is the child's own matter: the narrowest layer decides.
    return layers[-1][1].privacy if layers else Privacy.COUNTS


def compile_layers(
    layers: Layers,
    zone: str,
    grants: tuple[Grant, ...] = (),
    owners: Owners = Owners(),
) -> Rulebook:
    """Compile layers, from the widest to the narrowest, and the grants that lift them."""
    books = tuple(
        _compile_layer(layer, policy, [each for each in grants if owners.lifts(each, layer, owner)])
        for (layer, policy), owner in zip_longest(layers, owners.layers)
    )
    floors = tuple(chain.from_iterable(_floors(layer, policy) for layer, policy in layers))
    scopes = set(chain.from_iterable(_scopes(book) for book in books))
    scopes |= {floor.scope for floor in floors}
    sites = _hosts_of(scopes, layers)
    ending = [policy for _, policy in layers if policy.hours or policy.allowances]
    return Rulebook(
        layers=books,
        clock=clock_of(zone),
        privacy=_privacy(layers),
        private=_private(layers[-1][1].private_hours) if layers else (),
        hears=bool(layers) and layers[-1][1].searches,
        homework=layers[-1][1].homework if layers else Homework(),
        sending=layers[-1][1].sending if layers else Sending(),
        safe=tuple(_safe(layers)),
        hosts=frozenset(chain(sites, *map(_named_hosts, books))),
        services=_named(scopes, ScopeKind.SERVICE),
        categories=_named(scopes, ScopeKind.CATEGORY),
        sites=sites,
        floors=floors,
        inside=frozenset(entry.scope for book in books for entry in book.urls),
        pages=frozenset(entry.host for book in books for entry in book.pages),
        counted=frozenset(chain.from_iterable(_counted(book) for book in books)),
        reads=any(book.reads for book in books),
        edits=any(book.videos for book in books),
        let_finish=min((policy.let_finish for policy in ending), default=0),
        slow_lane=max((policy.slow_lane for policy in ending), default=0),
        is_conditional=any(book.within or book.networks for book in books),
    )


def _compile_layer(layer: Layer, policy: Policy, grants: Iterable[Grant]) -> LayerBook:
    lifting = [_grant(grant) for grant in grants]
    calendar = calendar_of(policy.exceptions)
    timed = _timed(layer, policy, calendar)
    book = LayerBook(
        layer=layer,
        free=tuple(entry for entry in lifting if entry.scope == EVERYTHING),
        grants=tuple(entry for entry in lifting if entry.scope != EVERYTHING and not entry.host),
        pages=tuple(entry for entry in lifting if entry.host),
        pause=_pause(layer, policy),
        hours=timed.pop(EVERYTHING, ()),
        urls=tuple(_url(layer, rule) for rule in policy.urls),
        sites=_sites(layer, policy),
        services=_choices(layer, policy.services, Reason.SERVICE),
        # An allowed category is no more than one that is not blocked: another may still block.
        categories=_choices(layer, _blocked(policy.categories), Reason.CATEGORY),
        unlisted=_unlisted(layer, policy),
        unnamed=_unnamed(layer, policy),
        unsafe=_unsafe(layer, policy),
        looks=_choices(layer, _blocked(policy.categories), Reason.LOOKS_LIKE),
        reads=policy.read_pages,
        videos=policy.videos if edits_youtube(policy) else None,
        timed=timed,
        allowances=_allowances(layer, policy),
        default=Verdict(Action.PASS, Reason.DEFAULT, layer),
        calendar=calendar,
        lesson=_lesson(layer, policy),
        within=tuple(_applies(policy.applies, calendar)),
        networks=frozenset(policy.applies.networks),
        lifts_added=_lifts(Layer.FAMILY, layer),
    )
    return replace(book, checks=checks_of(book))


def _lifts(giver: Layer, layer: Layer) -> bool:
    """Tell whether what one layer gives lifts the rules of another.

    Parents write the child's own rules, too, so what the family gives lifts both.
    """
    return layer is giver or (giver is Layer.FAMILY and layer is Layer.CHILD)


def _grant(grant: Grant) -> GrantEntry:
    scope = of_layer(grant.scope, grant.layer)
    verdict = Verdict(Action.PASS, Reason.GRANT, grant.layer, scope)
    since, until = grant.since.timestamp(), grant.until.timestamp()
    kind, name = split(scope)
    host, path = take_apart(name) if kind is ScopeKind.URL else ("", "")
    return GrantEntry(scope, since, until, verdict, WIDTH[grant.layer], host, path)


def _pause(layer: Layer, policy: Policy) -> PauseEntry | None:
    if policy.pause is None:
        return None
    verdict = Verdict(Action.BLOCK, Reason.PAUSED, layer, policy.pause.by)
    return PauseEntry(_seconds(policy.pause.until), verdict)


def _lesson(layer: Layer, policy: Policy) -> LessonEntry | None:
    lesson = policy.lesson
    if lesson is None:
        return None
    return LessonEntry(
        lesson.since.timestamp(),
        lesson.until.timestamp(),
        {host: Verdict(Action.PASS, Reason.ALLOW_LIST, layer, host) for host in lesson.sites},
        Verdict(Action.BLOCK, Reason.LESSON, layer, lesson.by),
    )


def _named_hosts(book: LayerBook) -> Iterable[str]:
    return chain(book.sites, book.lesson.sites if book.lesson else ())


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
    kind = ScopeKind.SERVICE if reason is Reason.SERVICE else ScopeKind.CATEGORY
    return {
        name: Verdict(actions[choice], reason, layer, f"{kind}:{name}")
        for name, choice in choices.items()
    }


def _unlisted(layer: Layer, policy: Policy) -> Verdict | None:
    if policy.unlisted is Choice.ALLOW:
        return None
    return Verdict(Action.BLOCK, Reason.UNKNOWN_SITE, layer, "unlisted")


def _unnamed(layer: Layer, policy: Policy) -> Verdict | None:
    if policy.unnamed is Choice.ALLOW:
        return None
    return Verdict(Action.BLOCK, Reason.UNNAMED, layer, "unnamed")


def _unsafe(layer: Layer, policy: Policy) -> dict[str, Verdict]:
    """Answer, by kind, what safe search cannot reach; nothing where it is off."""
    if not policy.safe_search:
        return {}
    verdict = Verdict(Action.BLOCK, Reason.UNSAFE_SEARCH, layer)
    is_closed = policy.unsafe_search is Choice.BLOCK
    return {"explicit": verdict, **({"engine": verdict} if is_closed else {})}


def _timed(layer: Layer, policy: Policy, calendar: Calendar) -> dict[str, tuple[HoursEntry, ...]]:
    timed: dict[str, tuple[HoursEntry, ...]] = {}
    for hours in policy.hours:
        scope = of_layer(hours.scope, layer)
        timed[scope] = (*timed.get(scope, ()), _hours(layer, hours, calendar))
    return timed


def _hours(layer: Layer, hours: Hours, calendar: Calendar) -> HoursEntry:
    verdict = Verdict(Action.BLOCK, Reason.HOURS, layer, hours.name)
    return HoursEntry(hours_of(hours, calendar), verdict)


def _applies(applies: Applies, calendar: Calendar) -> Iterable[Turning]:
    """Give the windows and dates in which a layer holds; on a day off there are no windows."""
    if applies.windows:
        hours = Hours(name="applies", windows=applies.windows)
        yield hours_of(hours, calendar)
    if applies.dates:
        yield Dates(applies.dates)


def _allowances(layer: Layer, policy: Policy) -> dict[str, tuple[AllowanceEntry, ...]]:
    found: dict[str, tuple[AllowanceEntry, ...]] = {}
    for allowance in policy.allowances:
        scope = of_layer(allowance.scope, layer)
        found[scope] = (*found.get(scope, ()), _allowance(scope, allowance))
    return found


def _allowance(scope: str, allowance: Allowance) -> AllowanceEntry:
    least = min(allowance.minutes)
    return AllowanceEntry(
        scope,
        allowance.minutes,
        least,
        week=allowance.week,
        carry=allowance.carry,
        each=split(scope)[1] if allowance.per_service else "",
        warn=allowance.warn,
        every=allowance.every,
        is_daily=least < MINUTES_A_DAY,
    )


def _private(windows: tuple[Window, ...]) -> tuple[Turning, ...]:
    if not windows:
        return ()
    # Days that are different concern what is open, never what is written down.
    return (hours_of(Hours(name="private", windows=windows), calendar_of(())),)


def _url(layer: Layer, rule: UrlRule) -> UrlEntry:
    scope = of_layer(rule.scope, layer)
    label = rule.name or rule.path or scope
    blocks = rule.effect is Choice.BLOCK
    verdict = Verdict(Action.BLOCK if blocks else Action.PASS, Reason.URL, layer, label)
    return UrlEntry(scope, compile_url(rule), verdict)


def _floors(layer: Layer, policy: Policy) -> Iterable[FloorEntry]:
    for floor in policy.floors:
        yield FloorEntry(layer, WIDTH[layer], of_layer(floor.scope, layer), floor.minutes)


def _scopes(book: LayerBook) -> Iterable[str]:
    """List the scopes that timed rules, grants and rules about addresses of a layer name."""
    yield from book.timed
    yield from book.allowances
    yield from (entry.scope for entry in book.grants)
    yield from (entry.scope for entry in book.urls)


def _counted(book: LayerBook) -> Iterable[str]:
    """List what a minute is counted for besides everything, categories and services."""
    for scope, entries in book.allowances.items():
        if split(scope)[0] in (ScopeKind.SITE, ScopeKind.LIST):
            yield scope
        yield from (other(entry.each) for entry in entries if entry.each)


def _hosts_of(scopes: Iterable[str], layers: Layers) -> dict[str, tuple[str, ...]]:
    """Find the scopes that sites and lists give to each host."""
    lists = {
        of_layer(f"{ScopeKind.LIST}:{name}", layer): hosts
        for layer, policy in layers
        for name, hosts in policy.lists.items()
    }
    sites: dict[str, list[str]] = {}
    for scope in sorted(scopes):
        kind, name = split(scope)
        if kind is ScopeKind.SITE:
            sites.setdefault(_host(name), []).append(scope)
        for host in _topmost(lists.get(scope, ())):
            sites.setdefault(host, []).append(scope)
    return {host: tuple(names) for host, names in sites.items()}


def _topmost(hosts: tuple[str, ...]) -> Iterable[str]:
    """Leave out hosts below others of the list, so that none is found twice."""
    listed = frozenset(hosts)
    return (host for host in listed if listed.isdisjoint(tuple(parents(host))[1:]))


def _named(scopes: Iterable[str], kind: ScopeKind) -> dict[str, str]:
    return {split(scope)[1]: scope for scope in scopes if split(scope)[0] is kind}


def _host(name: str) -> str:
    """Write a site's host in its one form; a name that is no host simply never matches."""
    try:
        return normalise(name)
    except ValueError:
        return name


def _safe(layers: Layers) -> Iterable[tuple[str, Verdict]]:
    """Tell what is made safe: search if any layer wants it, YouTube first as the strictest does."""
    for layer, policy in layers:
        if policy.safe_search:
            yield "search", Verdict(Action.REWRITE, Reason.SAFE_SEARCH, layer, "search")
    for level, keys in YOUTUBE_KEYS.items():
        for layer, policy in layers:
            if policy.youtube is level:
                verdict = Verdict(Action.REWRITE, Reason.SAFE_SEARCH, layer, f"youtube:{level}")
                yield from ((key, verdict) for key in keys)
