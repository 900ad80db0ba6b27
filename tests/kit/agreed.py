"""Everybody agreed: for tests whose matter is not consent."""

from dataclasses import replace
from uuid import UUID

from rules.consent import Agreed
from store import consents
from store.change import Actor, ActorKind, Change


async def agree(tx: Change, *child_ids: UUID, agreed: Agreed = Agreed()) -> None:
    """Let an adult and each child agree to everything, or to what is given."""
    for child_id in child_ids:
        for kind in (ActorKind.ADULT, ActorKind.CHILD):
            by = replace(tx, by=Actor(kind, "Somebody", child_id))
            about = {"language": "vi", "wording": "…"}
            await consents.answer(by, child_id, yes=True, agreed=agreed, **about)
