"""How the installation does, as JSON: what the doctor finds."""

from pydantic import BaseModel

from api.needs import HouseDesk
from api.overseeing import findings_of
from api.routing import Router
from rules.findings import Area

router = Router(tags=["house"])


class FindingOut(BaseModel):
    """One thing that was looked at, in the adult's language."""

    area: Area
    what: str
    says: str
    well: bool
    do: str = ""
    """What to do where it is not well."""


class SystemOut(BaseModel):
    """Everything that was looked at."""

    well: bool
    """Whether nothing needs to be done."""
    findings: list[FindingOut]


@router.get("/system", summary="How the installation does")
async def show_system(desk: HouseDesk) -> SystemOut:
    """Look the installation over; only for who looks after the machine."""
    found = await findings_of(desk)
    said = [
        FindingOut(
            area=each.area,
            what=desk.speech.sentence(each.what, desk.now),
            says=desk.speech.sentence(each.says, desk.now),
            well=each.is_well,
            do=desk.speech.sentence(each.do, desk.now) if each.do else "",
        )
        for each in found
    ]
    return SystemOut(well=all(each.is_well for each in found), findings=said)
