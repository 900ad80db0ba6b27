"""What reading told of sites that no list knows, and the word of an adult against it."""

from pydantic import AwareDatetime, BaseModel, ConfigDict

from api import put_right
from api.needs import TheDesk
from api.put_right import Key
from api.rest.paging import ThePages, falling
from api.routing import Router
from rules.reading import Source

router = Router(tags=["readings"])


class ReadingOut(BaseModel):
    """One site, what it looks like and by which words."""

    model_config = ConfigDict(from_attributes=True)

    key: str
    site: str
    category: str
    """Empty where an adult said that it is harmless."""
    words: tuple[str, ...]
    source: Source
    at: AwareDatetime


@router.get("/readings", summary="Sites told by their pages")
async def show_readings(desk: TheDesk, pages: ThePages) -> list[ReadingOut]:
    """Return sites that no list knows and whose pages told what they are about, newest first."""
    found = await put_right.readings_here(desk)
    shown = pages.cut(found, lambda one: (falling(one.at), one.key))
    return [ReadingOut.model_validate(one) for one in shown]


@router.post("/readings/{key}/wrong", status_code=204, summary="Say that a reading is wrong")
async def say_wrong(desk: TheDesk, key: Key) -> None:
    """Note that the site is harmless; it stays so until the word is taken back."""
    await put_right.say_wrong(desk, key)


@router.delete("/readings/{key}", status_code=204, summary="Have a site read again")
async def forget(desk: TheDesk, key: Key) -> None:
    """Forget what was read or said of a site."""
    await put_right.forget(desk, key)
