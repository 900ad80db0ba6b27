"""What several children and several names make of one verdict, and until when it holds."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

from proxy.current import stand
from proxy.judge import Asked, Judge
from rules.family import Household
from rules.policy import Hours, Policy, Window
from rules.spent import Spent
from rules.verdict import Reason
from tests.proxy.house import BLOCKED, NOON, OPEN, catalogue, child, device

BEDTIME = Policy(hours=(Hours(name="bedtime", windows=(Window(start="20:00", end="06:00"),)),))
EVENING = NOON + timedelta(hours=8)


def judging(*policies: Policy):
    people = [child(policy, f"child {number}") for number, policy in enumerate(policies)]
    shared = device(8101, *people)
    home = Household(revision=1, site_id=uuid4(), children=tuple(people), devices=(shared,))
    standing = SimpleNamespace(standing=stand(home, catalogue()))
    return Judge(standing, lambda _child, _now: Spent(), lambda: NOON), shared.id


def test_a_shared_device_is_judged_again_when_bedtime_of_any_of_its_children_begins():
    for policies in ((Policy(), BEDTIME), (BEDTIME, Policy())):
        judge, device_id = judging(*policies)
        judged = judge.visit(device_id, OPEN, Asked(443))
        assert (judged.verdict.blocks, judged.verdict.until) == (False, EVENING)


def test_a_stop_holds_as_long_as_nothing_asked_before_it_may_speak_in_its_place():
    judge, device_id = judging(BEDTIME.model_copy(update={"block": (BLOCKED,)}))
    first = judge.strictest(device_id, [BLOCKED, OPEN], Asked(443))
    assert (first.host, first.verdict.reason) == (BLOCKED, Reason.BLOCK_LIST)
    second = judge.strictest(device_id, [OPEN, BLOCKED], Asked(443))
    assert (second.host, second.verdict.until) == (BLOCKED, EVENING)
