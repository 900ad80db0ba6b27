"""What changed in the rules for what a child sends."""

from collections.abc import Iterator

from rules.explain import name
from rules.pairs import pair, switched
from rules.policy import Policy
from rules.sentences import Sentence


def sending_parts(old: Policy, new: Policy) -> Iterator[Sentence]:
    """Tell every change in these parts, one sentence each."""
    yield from _homework(old, new)
    before, after = old.sending, new.sending
    if before.ask is not after.ask:
        values = switched(before.ask, after.ask)
        yield Sentence("Asking before private details are sent: {old} → {new}", values)
    if before.decides is not after.decides:
        values = pair("decides", before.decides, after.decides)
        yield Sentence("Who decides whether private details are sent: {old} → {new}", values)
    if before.unknown is not after.unknown:
        values = switched(before.unknown, after.unknown)
        yield Sentence("Looking at what is sent to unknown sites: {old} → {new}", values)
    for scope in sorted(set(after.trusted) - set(before.trusted)):
        yield Sentence("{what} may receive private details now", {"what": name(scope)})
    for scope in sorted(set(before.trusted) - set(after.trusted)):
        yield Sentence("{what} may receive private details no longer", {"what": name(scope)})


def _homework(old: Policy, new: Policy) -> Iterator[Sentence]:
    before, after = old.homework, new.homework
    if before.on is not after.on:
        values = switched(before.on, after.on)
        yield Sentence("AI chats explain homework and do not do it: {old} → {new}", values)
    if before.told is not after.told:
        values = pair("told", before.told, after.told)
        yield Sentence("What is told of homework in AI chats: {old} → {new}", values)
    if before.anyway != after.anyway:
        values = {"old": before.anyway, "new": after.anyway}
        yield Sentence("Times a day homework may be sent all the same: {old} → {new}", values)
