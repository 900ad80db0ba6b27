"""How the installation does: what the doctor finds, and what to do where it is not well."""

from fastapi import Request, Response

from api.needs import Desk, HouseDesk
from api.overseeing import AREAS, findings_of
from api.render import render
from api.routing import Router
from rules.findings import by_area

router = Router(prefix="/settings/system")


@router.get("")
async def show(request: Request, desk: HouseDesk) -> Response:
    """Show everything that was looked at, part by part."""
    return render(request, "settings/system.html", await _found(desk))


@router.get("/now")
async def show_now(request: Request, desk: HouseDesk) -> Response:
    """Show the findings alone; the page asks again every half a minute."""
    return render(request, "settings/_system.html", await _found(desk))


async def _found(desk: Desk) -> dict[str, object]:
    findings = await findings_of(desk)
    return {
        "areas": [(AREAS[area], area, found) for area, found in by_area(findings).items()],
        "bad": sum(not finding.is_well for finding in findings),
        "said": lambda sentence: desk.speech.sentence(sentence, desk.now),
    }
