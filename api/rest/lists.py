"""Lists from outside: the directory, those in use, what a refresh changed, and decisions."""

from datetime import datetime
from typing import Annotated

from fastapi import BackgroundTasks, Depends
from pydantic import BaseModel, Field

from api import listing
from api.errors import Misfit, Refused
from api.listing import ListForm
from api.needs import Desk, HouseDesk, TheDesk
from api.routing import Router
from feeds import changes
from feeds.bundles import read_bundle
from feeds.directory import Entry, directory, switched_on
from feeds.kept import ImportedList, Kind, list_all
from feeds.progress import Step, under_way
from rules.policy import Slug
from words.speech import to_say

router = Router(tags=["lists"])


class EntryOut(BaseModel):
    """One well-known list; nothing of it is fetched before it is switched on."""

    id: str
    name: str
    category: str
    address: str
    home: str
    licence: str
    languages: list[str]
    size: str
    sites: int = Field(description="Counted once; 0 where nobody knows.")
    weight: int
    archive: bool
    recommended: bool
    good: str
    fault: str
    on: bool


class UnderWay(BaseModel):
    step: Step
    done: int
    of: int = Field(description="0 where nobody knows.")


class WaitingOut(BaseModel):
    """A new copy that lost so much that an adult has to decide."""

    sites: int
    since: datetime | None
    declined: bool


class ListOut(BaseModel):
    """One list in use."""

    id: str
    name: str
    category: str
    source: str
    kind: Kind
    weight: int
    entry: str
    archive: str
    folders: list[str]
    since: datetime | None
    sites: int
    not_understood: int
    pages: int = Field(description="Addresses of single pages on it: counted, not used.")
    patterns: int = Field(description="Patterns on it: counted, not used.")
    form: str
    changed: datetime | None
    checked: datetime | None
    next: datetime | None
    failures: int
    trouble: str = Field(description="Why the last refresh was not used; empty if all is well.")
    alarm: bool
    waiting: WaitingOut | None
    under_way: UnderWay | None


class ChangedOut(BaseModel):
    """What one refresh changed."""

    at: datetime | None
    before: int
    after: int
    added: int
    removed: int
    some_added: list[str]
    some_removed: list[str]


class FolderOut(BaseModel):
    """One folder of an archive."""

    name: str
    usage: list[str]
    domains: int
    pages: int
    patterns: int
    category: str = Field(description="What its sites are here; empty where nobody said so.")
    suggested: str


def this_list(list_id: Slug, desk: TheDesk) -> ImportedList:
    """Return the list of the address."""
    return listing.one_list(desk, list_id)


type ThisList = Annotated[ImportedList, Depends(this_list)]
type Category = Annotated[str, Field(max_length=64)]


@router.get("/lists", summary="The lists in use")
async def show_lists(desk: TheDesk) -> list[ListOut]:
    """Return every list with its state."""
    return [_out(desk, kept) for kept in list_all(desk.panel.lists)]


@router.post("/lists", summary="Bring in a list", status_code=201)
async def post_list(desk: HouseDesk, given: ListForm) -> list[ListOut]:
    """Bring in a list from an address, or from `lines`; an archive may hold several."""
    return [_out(desk, kept) for kept in await listing.bring_in(desk, given)]


@router.get("/lists/directory", summary="Well-known lists")
async def show_directory(desk: TheDesk) -> list[EntryOut]:
    """Return the directory; reading it fetches nothing."""
    on = switched_on(desk.panel.lists)
    return [_entry(desk, entry, on=entry.id in on) for entry in directory().values()]


@router.put("/lists/directory/{entry_id}", summary="Switch a well-known list on", status_code=202)
async def switch_on(desk: TheDesk, entry_id: Slug, later: BackgroundTasks) -> ListOut:
    """Switch a list on; it is fetched now, and `under_way` says how far that is."""
    if entry_id not in directory():
        raise Refused(404, "not-found")
    return _out(desk, await listing.begin(desk, entry_id, later))


@router.delete(
    "/lists/directory/{entry_id}", summary="Switch a well-known list off", status_code=204
)
async def switch_off(desk: TheDesk, entry_id: Slug) -> None:
    """Switch a list off; all that came of it goes."""
    if entry_id not in directory():
        raise Refused(404, "not-found")
    await listing.end(desk, entry_id)


@router.get("/lists/{list_id}", summary="One list")
async def show_list(desk: TheDesk, kept: ThisList) -> ListOut:
    """Return one list with its state."""
    return _out(desk, kept)


@router.delete("/lists/{list_id}", summary="Remove a list", status_code=204)
async def remove_list(desk: TheDesk, kept: ThisList) -> None:
    """Remove a list."""
    await listing.take_away(desk, kept)


@router.post("/lists/{list_id}/refresh", summary="Ask a list's source again", status_code=202)
async def refresh_list(desk: TheDesk, kept: ThisList, later: BackgroundTasks) -> ListOut:
    """Ask its source now; `under_way` says how far that is."""
    listing.ask_later(desk, kept, later)
    return _out(desk, kept)


@router.post("/lists/{list_id}/take", summary="Use the new copy of a list")
async def take_new(desk: TheDesk, kept: ThisList) -> ListOut:
    """Use the copy that waits, although it lost much."""
    return _out(desk, await listing.take_new(desk, kept))


@router.post("/lists/{list_id}/keep", summary="Keep the old copy of a list")
async def keep_old(desk: TheDesk, kept: ThisList) -> ListOut:
    """Keep the copy in use; the alarm ends."""
    return _out(desk, await listing.keep_old(desk, kept))


@router.get("/lists/{list_id}/changes", summary="What the last refreshes changed")
async def show_changes(desk: TheDesk, kept: ThisList) -> list[ChangedOut]:
    """Return what the last refreshes added and removed, the newest first."""
    found = changes.history(desk.panel.lists, kept.id)
    return [ChangedOut.model_validate(one.model_dump()) for one in found]


@router.get("/lists/{list_id}/folders", summary="The folders of an archive")
async def show_folders(desk: TheDesk, kept: ThisList) -> list[FolderOut]:
    """Return what the archive of a list holds; nothing for a single list."""
    found = read_bundle(desk.panel.lists, kept.archive).folders if kept.archive else ()
    return [FolderOut.model_validate(one.model_dump()) for one in found]


@router.put("/lists/{list_id}/folders", summary="Say what folders of an archive are")
async def put_folders(
    desk: TheDesk, kept: ThisList, given: dict[str, Category], later: BackgroundTasks
) -> list[FolderOut]:
    """Give categories by folder, or an empty text to leave one out; the next refresh follows."""
    if not kept.archive:
        raise Refused(409, "list", to_say("This list is not an archive."))
    known = {one.name for one in read_bundle(desk.panel.lists, kept.archive).folders}
    for name, category in given.items():
        if name not in known or (category and category not in desk.panel.catalogue.categories):
            raise Misfit(name[:80], to_say("Please choose one of these."))
    await listing.say_what_folders_are(desk, kept, given, later)
    return await show_folders(desk, kept)


def _out(desk: Desk, kept: ImportedList) -> ListOut:
    standing = under_way(desk.panel.lists).get(listing.key_of(kept))
    trouble, waiting = kept.trouble, kept.waiting
    return ListOut(
        **kept.model_dump(include=set(ListOut.model_fields) - {"waiting", "folders"}),
        folders=list(kept.folders),
        not_understood=kept.mistaken,
        trouble=desk.speech.sentence(trouble) if trouble else "",
        alarm=kept.alarm,
        waiting=WaitingOut(**waiting.model_dump(include=set(WaitingOut.model_fields)))
        if waiting
        else None,
        under_way=UnderWay(**standing.model_dump()) if standing else None,
    )


def _entry(desk: Desk, entry: Entry, *, on: bool) -> EntryOut:
    language = desk.speech.language
    same = entry.model_dump(include=set(EntryOut.model_fields) - {"good", "fault", "languages"})
    return EntryOut(
        **same,
        languages=list(entry.languages),
        recommended=entry.first,
        good=entry.good[language],
        fault=entry.fault[language],
        on=on,
    )
