"""How the installation does: the doctor's findings, for who looks after the machine."""

from api.errors import Refused
from api.needs import Desk
from rules.findings import Area, Finding
from words.speech import to_say

AREAS = {
    Area.DOORS: to_say("Doors"),
    Area.RECORD: to_say("What is recorded"),
    Area.CATALOGUE: to_say("Catalogue"),
    Area.TELLING: to_say("Letters and notices"),
    Area.CLOCK: to_say("Work of the clock"),
    Area.MACHINE: to_say("This machine"),
    Area.LOGS: to_say("Logs"),
    Area.VERSIONS: to_say("Versions"),
}
NO_UPKEEP = to_say("This panel runs without the machine’s own tools, so it knows nothing of it.")


async def findings_of(desk: Desk) -> list[Finding]:
    """Look the installation over, as `haidang doctor` does. Raises Refused without its tools."""
    if desk.panel.upkeep is None:
        raise Refused(409, "no-upkeep", NO_UPKEEP)
    return await desk.panel.upkeep.examine()
