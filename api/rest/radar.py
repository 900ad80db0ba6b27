"""What we did not see of a child: attempts to get around, and unseen time on the network."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from api.needs import TheDesk, ThisChild
from api.radar import Covered, radar_for
from api.routing import Router
from rules.radar import Way, say
from words.speech import Speech

router = Router(tags=["record"])


class TriedOut(BaseModel):
    day: date
    way: Way
    times: int
    """Attempts that were stopped. Apps do some of this by themselves."""


class CoveredOut(BaseModel):
    device_id: UUID
    looked: int
    """How often in seven days, looked at every five minutes, the device was on this network."""
    seen: int
    """How often of these it also came through us."""
    least_percent: int | None
    """Between these bounds lies, with 95 % confidence, the share that we see; null: not known."""
    most_percent: int | None
    unseen_hours: int
    """Hours in which it was on the network most of the time and never came through us."""
    borrowed: int
    """How often it came by the way in of somebody else's device."""
    said: str
    """The same as a sentence in the adult's language."""


class RadarOut(BaseModel):
    tried: list[TriedOut]
    devices: list[CoveredOut]


@router.get("/children/{child_id}/radar", summary="What we did not see")
async def show_radar(desk: TheDesk, child: ThisChild) -> RadarOut:
    """Return attempts to get around and how much of the devices' time we saw, for seven days."""
    radar = await radar_for(desk.panel.db, child, desk.family.zone, desk.now)
    return RadarOut(
        tried=[TriedOut(day=each.day, way=each.way, times=each.times) for each in radar.tried],
        devices=[_shown(each, desk.speech) for each in radar.devices],
    )


def _shown(each: Covered, speech: Speech) -> CoveredOut:
    known = each.coverage
    least, most = known.between or (None, None)
    return CoveredOut(
        device_id=each.device.id,
        looked=known.looked,
        seen=known.seen,
        least_percent=least,
        most_percent=most,
        unseen_hours=known.unseen_hours,
        borrowed=known.borrowed,
        said=speech.sentence(say(known, each.device.name)),
    )
