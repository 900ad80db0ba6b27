"""Verdicts in words: for the child, for the parent, and every check for the engineer.

Sentences are messages in English with {placeholders}; `words` says them in a reader's language.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from rules.book import LayerBook, Question, Rulebook
from rules.checks import CHECKS, freed, settles, unseen, unstopped
from rules.decide import (
    HELPLINE,
    NETWORK_CHECK,
    decide,
    holding,
    is_network_check,
    pose,
    stand_on,
)
from rules.scope import EVERYTHING, ScopeKind
from rules.sentences import TO_CHILD, TO_PARENT, Sentence
from rules.spent import Spent
from rules.verdict import Layer, Reason, Verdict
from rules.visit import Visit

__all__ = ["Sentence", "Step", "for_child", "for_parent", "name", "trace"]


@dataclass(frozen=True, slots=True)
class Step:
    """One check of one layer and what it answered (None: it had nothing to say)."""

    layer: str
    check: str
    verdict: Verdict | None


def for_child(verdict: Verdict) -> Sentence:
    """Say a verdict to the child: short, kind, true."""
    return _tell(TO_CHILD, verdict)


def for_parent(verdict: Verdict) -> Sentence:
    """Say a verdict to an adult: what answered, whose rule, until when."""
    return _tell(TO_PARENT, verdict)


def name(scope: str) -> str | tuple[str, str]:
    """Turn a scope into what a sentence shows: a named pair, or the site itself."""
    kind, _, rest = scope.partition(":")
    if kind in (ScopeKind.SITE, ScopeKind.URL, ScopeKind.CHANNEL, ScopeKind.VIDEO):
        return rest
    if kind == ScopeKind.LIST:
        # Whose list it is, is told with the layer.
        return rest.rpartition("/")[2]
    if kind == ScopeKind.OTHER:
        return str(ScopeKind.CATEGORY), rest
    if kind in ("engine", "explicit"):
        return "engine", rest
    if kind in (ScopeKind.CATEGORY, ScopeKind.SERVICE, ScopeKind.SEND):
        return kind, rest
    return ("scope", EVERYTHING) if scope == EVERYTHING else scope


def trace(
    rulebook: Rulebook, visit: Visit, now: datetime, spent: Mapping[str, int] | Spent
) -> list[Step]:
    """Run every check of every layer and tell what each answered, in the order they are asked.

    The last step is the verdict itself. A layer that does not hold now has only one step.
    """
    question = pose(rulebook, visit, now.timestamp(), spent)
    layers = holding(rulebook, question)
    stand_on(rulebook, layers, question)
    asks = NETWORK_CHECK if is_network_check(layers, visit) else None
    steps = [
        Step(Layer.HOUSE, "helpline", HELPLINE if visit.known.never_block else None),
        Step(Layer.HOUSE, "network_check", asks),
    ]
    for layer in rulebook.layers:
        if layer in layers:
            steps += _ask_everything(layer, question)
        else:
            steps.append(Step(layer.layer, "elsewhere", None))
    return [*steps, Step(Layer.HOUSE, "verdict", decide(rulebook, visit, now, spent))]


def _ask_everything(layer: LayerBook, question: Question) -> Iterator[Step]:
    """Ask all checks of a layer, also those that `rules.checks.ask` would no longer reach."""
    question.settled, question.granted = None, ()
    question.freed = freed(layer, question)
    yield Step(layer.layer, "freed", question.freed)
    for label, check, _ in CHECKS:
        verdict = check(layer, question)
        if verdict is not None and settles(verdict):
            question.settled = verdict
        yield Step(layer.layer, label, verdict)
    if layer.pages:
        yield Step(layer.layer, "unseen", unseen(layer, question))
    yield Step(layer.layer, "default", unstopped(layer, question))


def _tell(sentences: Mapping[str, Sentence], verdict: Verdict) -> Sentence:
    message = next(sentences[key].message for key in _keys(verdict) if key in sentences)
    return Sentence(message, _values(verdict))


def _keys(verdict: Verdict) -> Iterator[str]:
    """List the keys of sentences that fit a verdict, the most particular first."""
    key = str(verdict.reason) if verdict.blocks else f"{verdict.reason}:open"
    particular = _particular(verdict)
    # A week’s minutes are told as a week’s, where there is no sentence for everything.
    parts = (particular, particular.partition("_")[0])
    for fitting in (*(f"{key}/{part}" for part in parts), key):
        if verdict.until is not None:
            yield f"{fitting}:until"
        yield fitting
    yield "stopped" if verdict.blocks else "open"


def _particular(verdict: Verdict) -> str:
    if verdict.reason is Reason.ALLOWANCE and not verdict.limit:
        return "unknown" if verdict.limit is None else "none"
    if verdict.week:
        return "week_everything" if verdict.rule == EVERYTHING else "week"
    # Only plain words: an adult may name hours “x:until”, which must not look like a key.
    return verdict.rule if verdict.rule.isalpha() else ""


def _values(verdict: Verdict) -> dict[str, object]:
    """Gather everything a sentence may want to show; what is not known gets a general word."""
    what = ("hours", verdict.rule) if verdict.reason is Reason.HOURS else name(verdict.rule)
    if verdict.reason is Reason.PRIVATE:
        what = ("details", verdict.rule)
    values: dict[str, object] = {
        "what": what or ("scope", "site"),
        "by": verdict.rule or ("who", "adult"),
        "layer": ("layer", str(verdict.layer)),
        "to": verdict.to or ("scope", "site"),
        "used": verdict.used or 0,
        "limit": verdict.limit or 0,
    }
    return values if verdict.until is None else {**values, "until": verdict.until}
