"""The whole story of a verdict in words: who, on what, which layers, which rule, what is left."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from rules.book import Question, Rulebook
from rules.decide import decide, holding, pose
from rules.explain import Step, for_child, for_parent, name, trace
from rules.left import closing
from rules.limited import Count, counts
from rules.sentences import Sentence
from rules.spent import Spent
from rules.verdict import Reason, Verdict
from rules.visit import Visit

TIMELESS = frozenset({Reason.HELPLINE, Reason.NETWORK_CHECK, Reason.OF_AGE, Reason.NO_POLICY})
"""Neither hours nor minutes have anything to do with these."""


@dataclass(frozen=True, slots=True)
class Account:
    """One verdict, told to each reader."""

    verdict: Verdict
    child: Sentence
    parent: Sentence
    steps: tuple[Step, ...]
    """Every check of every layer, for the engineer."""


def account(
    rulebook: Rulebook,
    visit: Visit,
    now: datetime,
    spent: Mapping[str, int] | Spent,
    *,
    child: str,
    device: str = "",
) -> Account:
    """Judge a visit and tell everything that led to the verdict."""
    case = Case(rulebook, visit, now, spent)
    verdict = decide(rulebook, visit, now, spent)
    timed = () if verdict.reason in TIMELESS else tuple(_timed(case, verdict))
    said = for_child(verdict)
    holds = _holding(case)
    values = {"child": child, "device": device, "site": visit.host, "answer": for_parent(verdict)}
    return Account(
        verdict,
        Sentence("{answer} {more}", {"answer": said, "more": timed}) if timed else said,
        _to_parent({**values, "more": (*holds, *timed)}),
        tuple(trace(rulebook, visit, now, spent)),
    )


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a verdict depends on."""

    rulebook: Rulebook
    visit: Visit
    now: datetime
    spent: Mapping[str, int] | Spent

    def question(self) -> Question:
        """Put it as the layers are asked."""
        return pose(self.rulebook, self.visit, self.now.timestamp(), self.spent)


def _to_parent(values: Mapping[str, object]) -> Sentence:
    if not values["device"]:
        return Sentence("{child}, {site}: {answer} {more}", values)
    return Sentence("{child} on “{device}”, {site}: {answer} {more}", values)


def _holding(case: Case) -> list[Sentence]:
    """Name the layers that hold here and now."""
    layers = holding(case.rulebook, case.question())
    named = ",".join(dict.fromkeys(layer.layer for layer in layers))
    return [Sentence("These hold now: {layers}.", {"layers": ("layers", named)})] if named else []


def _timed(case: Case, verdict: Verdict) -> Iterator[Sentence]:
    """Tell the tightest allowance and the next hours, where the verdict itself does not."""
    tightest = _tightest(case)
    if tightest and verdict.reason is not Reason.ALLOWANCE:
        yield _left(tightest)
    if not verdict.blocks and (turn := closing(case.rulebook, case.now)):
        values: dict[str, object] = {"hours": ("hours", turn[0]), "until": turn[1]}
        yield Sentence("“{hours}” begins at {until}.", values)


def _tightest(case: Case) -> Count | None:
    question = case.question()
    layers = holding(case.rulebook, question)
    found = [count for layer in layers for count in counts(layer, question)]
    return min(found, key=lambda count: count.tightness, default=None)


def _left(count: Count) -> Sentence:
    values: dict[str, object] = {
        "used": count.used,
        "limit": count.limit,
        "what": name(count.scope),
    }
    if count.is_week:
        return Sentence("This week {used} of {limit} minutes of {what} are used.", values)
    return Sentence("Today {used} of {limit} minutes of {what} are used.", values)
