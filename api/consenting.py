"""Agreeing to what is written down: where it stands, what is still missing, and an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.errors import Misfit
from api.needs import Desk
from api.panel import Panel
from rules.compile import Rulebook, compile_child
from rules.consent import Agreed, Consent, Party, is_asked, is_enough, parties, wording
from rules.family import ChildRules
from rules.policy import Privacy
from store import consents, household
from store.change import Change
from store.children import Child
from words.speech import Speech, to_say

YES = to_say("agreed to what is written down about {child}")
TAKEN_BACK = to_say("took back the agreement to what is written down about {child}")
BY_CHILD = {
    True: to_say("{child} agreed to what is written down"),
    False: to_say("{child} does not want more than minutes written down"),
}
OTHER_WORDS = to_say("The rules were changed in the meantime. Please read this again.")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is wanted, who agreed to it, and what holds by now."""

    rules: ChildRules
    book: Rulebook
    wanted: Agreed
    """What the rules would have written down and told."""
    needed: tuple[Party, ...]
    latest: Mapping[Party, Consent]

    @property
    def missing(self) -> tuple[Party, ...]:
        """List whose agreement to what the rules want is not there."""
        return tuple(one for one in self.needed if not is_enough(self.latest.get(one), self.wanted))

    @property
    def asked(self) -> tuple[Party, ...]:
        """List who was not asked yet for what the rules want now."""
        return tuple(one for one in self.needed if is_asked(self.latest.get(one), self.wanted))

    def is_private(self, now: datetime) -> bool:
        """Tell whether these are private hours."""
        return self.book.is_private(now.timestamp())

    def level(self, now: datetime) -> Privacy:
        """Return how much is written down at a moment."""
        return self.book.privacy_at(now.timestamp())


async def standing_of(panel: Panel, child: Child, now: datetime) -> Standing:
    """Look where agreeing stands for a child. Raises NotFound."""
    async with panel.db.read() as store:
        rules = await household.of_child(store, child.id, now=now)
        latest = (await consents.latest(store, [child.id])).get(child.id, {})
    needed = parties(rules.birth_year, rules.zone, now)
    return Standing(rules, compile_child(rules), wanted_by(rules), needed, latest)


def wanted_by(rules: ChildRules) -> Agreed:
    """Return what the narrowest layer wants written down and told."""
    if not rules.layers:
        return Agreed(level=Privacy.MINUTES, words=False)
    policy = rules.layers[-1][1]
    return Agreed(level=policy.privacy, words=policy.searches)


def is_short(rules: ChildRules) -> bool:
    """Tell whether less is written down or told than the rules want, for want of agreement."""
    wanted, book = wanted_by(rules), compile_child(rules)
    return book.privacy is not wanted.level or (wanted.words and not book.tells)


def said(
    panel: Panel, speech: Speech, party: Party, standing: Standing, child: Child
) -> tuple[str, ...]:
    """Say in the reader's language what somebody is asked to agree to."""
    told = wording(
        party,
        standing.wanted,
        child=child.name,
        visits=panel.keep_visits_days,
        pages=panel.keep_pages_days,
    )
    return tuple(speech.sentence(each) for each in told)


async def agree(desk: Desk, child: Child, seen: Agreed | None = None) -> Consent:
    """Agree as an adult of the family to what the rules want written down.

    Raises Misfit where the rules are not those whose words were shown any more.
    """
    standing = await standing_of(desk.panel, child, desk.now)
    if seen is not None and seen != standing.wanted:
        raise Misfit("agree", OTHER_WORDS)
    async with desk.change(YES, child_id=child.id, child=child.name) as tx:
        words = said(desk.panel, desk.speech, Party.ADULT, standing, child)
        return await answer(tx, child, standing.wanted, desk.speech, words, yes=True)


async def withdraw(desk: Desk, child: Child) -> None:
    """Take an adult's agreement back. Raises NotFound where there is none."""
    async with desk.change(TAKEN_BACK, child_id=child.id, child=child.name) as tx:
        await consents.withdraw(tx, child.id)


async def answer(
    tx: Change,
    child: Child,
    wanted: Agreed,
    speech: Speech,
    words: tuple[str, ...],
    *,
    yes: bool,
) -> Consent:
    """Write an answer down, with the words that were read."""
    return await consents.answer(
        tx,
        child.id,
        yes=yes,
        agreed=wanted,
        language=speech.language,
        wording="\n".join(words),
    )
