"""First run, before anyone has an account: language, set-up code, parent."""

from typing import Annotated

from fastapi import Request, Response
from pydantic import AfterValidator, BaseModel, Field

from api import first_run
from api.errors import Refused
from api.first_run import STEPS, Step
from api.forms import Filled, empty, fill
from api.needs import ThePanel
from api.pages.sign_in import keep_language, welcome
from api.panel import Panel
from api.people import Email, NewPassword, PersonName, zone_guessed
from api.reader import ZONE, languages, reader_of
from api.render import redirect, render
from api.routing import Router
from api.security import brake, hash_password, release
from store import adults, groups
from store.adults import Adult, Role
from store.change import Actor, ActorKind, change
from words.speech import to_say

router = Router()


class Code(BaseModel):
    code: Annotated[str, Field(min_length=1, max_length=40)]


class Parent(BaseModel):
    name: PersonName
    email: Email
    password: NewPassword
    zone: Annotated[str, AfterValidator(zone_guessed)] = ZONE
    """Guessed by the browser; the next screen asks."""


@router.get("/setup")
async def resume(request: Request, panel: ThePanel, code: str = "") -> Response:
    """Go on with the step that comes next."""
    step = await first_run.next_step(panel, request)
    return redirect(request, f"{step.path}?code={_plain(code)}" if code else step.path)


@router.get("/setup/language")
async def language_page(request: Request, panel: ThePanel, code: str = "") -> Response:
    """Ask for the language."""
    await _only_first(panel)
    return _screen(request, Step.LANGUAGE, empty(), code=_plain(code))


@router.post("/setup/language")
async def language(request: Request, panel: ThePanel, code: str = "") -> Response:
    """Keep the language and ask for the code."""
    await _only_first(panel)
    async with request.form(max_files=0, max_fields=5) as form:
        chosen = form.get("language")
    response = redirect(request, f"/setup/code?code={_plain(code)}" if code else "/setup/code")
    for known in languages():
        if chosen == known:
            keep_language(response, known)
    return response


@router.get("/setup/code")
async def code_page(request: Request, panel: ThePanel, code: str = "") -> Response:
    """Ask for the one-time code that the service printed when it started."""
    await _only_first(panel)
    return _screen(request, Step.CODE, empty(code=_plain(code)))


@router.post("/setup/code")
async def code(request: Request, panel: ThePanel) -> Response:
    """Check the code; whoever knows it sits at the machine."""
    await _only_first(panel)
    form = await fill(request, Code)
    if form.model is None:
        return _screen(request, Step.CODE, form, status=422)
    await brake(panel, request, "setup-code")
    if panel.verify_setup_code is None or not panel.verify_setup_code(form.model.code):
        sentence = "This is not the code. Look at the window where Hải Đăng was started."
        form.errors["code"] = reader_of(request).speech.say(to_say(sentence))
        return _screen(request, Step.CODE, form, status=422)
    await release(panel, request, "setup-code")
    response = redirect(request, Step.PARENT.path)
    await first_run.give_pass(panel, request, response)
    return response


@router.get("/setup/parent")
async def parent_page(request: Request, panel: ThePanel) -> Response:
    """Ask who the parent is."""
    await _only_first(panel)
    if await first_run.next_step(panel, request) is not Step.PARENT:
        return redirect(request, "/setup")
    return _screen(request, Step.PARENT, empty())


@router.post("/setup/parent")
async def parent(request: Request, panel: ThePanel) -> Response:
    """Make the first account and its family, and sign it in."""
    await _only_first(panel)
    if await first_run.next_step(panel, request) is not Step.PARENT:
        return redirect(request, "/setup")
    form = await fill(request, Parent)
    if form.model is None:
        return _screen(request, Step.PARENT, form, status=422)
    adult = await _begin_family(request, panel, form.model)
    return await welcome(request, panel, adult, Step.FAMILY.path)


async def _begin_family(request: Request, panel: Panel, given: Parent) -> Adult:
    speech = reader_of(request).speech
    password_hash = await hash_password(given.password)
    by = Actor(ActorKind.ADULT, given.name)
    what = to_say("set up Hải Đăng")
    async with change(panel.db, by=by, what=what, now=panel.clock()) as tx:
        if await adults.list_all(tx.connection):
            raise Refused(409, "already-set-up", ALREADY)
        family = await groups.add(
            tx,
            name=speech.say("Family of {name}", name=given.name),
            zone=given.zone,
            language=speech.language,
        )
        adult = await adults.add(
            tx,
            name=given.name,
            email=given.email,
            password_hash=password_hash,
            language=speech.language,
            group_id=family.id,
            role=Role.OWNER,
        )
        await first_run.end_pass(tx)
        await first_run.move_on(tx, Step.FAMILY)
    return adult


ALREADY = to_say("Hải Đăng is set up already. Sign in instead.")


async def _only_first(panel: Panel) -> None:
    """Refuse once there is an account: these screens are for whoever comes first."""
    async with panel.db.read() as store:
        if await adults.list_all(store):
            raise Refused(409, "already-set-up", ALREADY)


def _plain(code: str) -> str:
    """Keep of a code only what codes are made of, to carry it on in an address."""
    return "".join(letter for letter in code if letter.isalnum() or letter == "-")[:40]


def _screen[M: BaseModel](
    request: Request, step: Step, form: Filled[M], *, status: int = 200, code: str = ""
) -> Response:
    context = {"form": form, "step": step, "steps": STEPS, "code": code}
    return render(request, f"setup/{step.value}.html", context, status=status)
