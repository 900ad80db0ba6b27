"""What stands beside a reason: what is open meanwhile, whose rule it is, and who helps."""

from datetime import datetime
from uuid import UUID

from proxy.current import Standing
from proxy.judge import HOUSE_HOST
from proxy.meter import Meter
from rules.coming_of_age import is_little
from rules.family import Helper
from rules.meanwhile import meanwhile
from rules.sentences import Sentence
from rules.verdict import Layer, Verdict
from words.speech import Speech

HOTLINE = "111"
AT_HOME = frozenset({Layer.CHILD, Layer.FAMILY, Layer.HOUSE})


def beside(
    standing: Standing,
    device_id: UUID | None,
    verdict: Verdict,
    *,
    now: datetime,
    speech: Speech,
    meter: Meter,
) -> dict[str, object]:
    """Gather what the page that says why tells besides."""
    child = standing.one_child(device_id)
    lines: tuple[Sentence, ...] = ()
    if child is not None:
        spent = meter.spent(child.id, now)
        lines = meanwhile(standing.rulebooks[child.id], verdict, now, spent)
    is_home = verdict.layer in AT_HOME
    return {
        "meanwhile": [speech.sentence(line, now) for line in lines],
        "whose": "" if is_home else speech.say("{layer}", layer=("layer", str(verdict.layer))),
        "helpers": helpers_of(standing, device_id),
        "is_little": are_little(standing, device_id, now),
        "picture": str(verdict.reason),
    }


def helpers_of(standing: Standing, device_id: UUID | None) -> tuple[Helper, ...]:
    """Return the adults whom the family of a device chose, each once; nobody without a policy."""
    if standing.household is None:
        return ()
    people = (standing.people[child] for child in standing.children_of(device_id))
    return tuple({each.id: each for person in people for each in person.helpers}.values())


def are_little(standing: Standing, device_id: UUID | None, now: datetime) -> bool:
    """Tell whether everybody at a device is of an age for large words and pictures."""
    if standing.household is None:
        return False
    years = [standing.people[child].birth_year for child in standing.children_of(device_id)]
    return all(is_little(year, now) for year in years)


def told(verdict: Verdict, why: str, ask: str) -> dict[str, object]:
    """Say to a script of a page what a person would read."""
    return {
        "blocked": True,
        "reason": str(verdict.reason),
        "why": why,
        "until": verdict.until.isoformat() if verdict.until else None,
        "ask": f"http://{HOUSE_HOST}{ask}" if ask else None,
        "help": HOTLINE,
    }
