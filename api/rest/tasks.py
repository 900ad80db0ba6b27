"""Earned minutes: tasks, credits, and what learning is exchanged for."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import BaseModel, Field

from api.errors import Misfit
from api.needs import TheDesk, ThisChild
from api.people import Plain
from api.rest.asks import for_child
from api.rest.paging import ThePages
from api.routing import Router
from rules import earn
from rules.earn import LEARNING_SCOPE, Credit, Exchange, Task
from rules.minutes import count
from rules.scope import EVERYTHING, Scope
from store import children, earned, spent, tasks
from store.errors import NotFound
from words.speech import to_say

router = Router(tags=["earned minutes"])
AHEAD = timedelta(days=31)


class TaskIn(BaseModel):
    title: Annotated[Plain, Field(min_length=1, max_length=120)]
    minutes: earn.Minutes
    scope: Scope = EVERYTHING
    daily: bool = False


class CreditIn(BaseModel):
    minutes: earn.Minutes
    scope: Scope = EVERYTHING
    day: date | None = None
    """A local day; today if not given."""
    why: Annotated[Plain, Field(max_length=300)] = ""


class ExchangeIn(BaseModel):
    source: Scope = LEARNING_SCOPE
    target: Scope = EVERYTHING
    give: Annotated[int, Field(ge=1, le=240)] = 2
    get: Annotated[int, Field(ge=1, le=240)] = 1
    most: earn.Minutes = 60


class Earned(BaseModel):
    """What was added to a child's allowances on a day, and by what."""

    day: date
    minutes: dict[str, int]
    credits: list[Credit]
    exchanges: list[Exchange]


class Confirmed(BaseModel):
    task: Task
    credit: Credit


async def this_task(desk: TheDesk, child: ThisChild, task_id: UUID) -> Task:
    """Return the task of the address, if it is this child's."""
    async with desk.panel.db.read() as store:
        task = await tasks.get(store, task_id)
    if task.child_id != child.id:
        raise NotFound
    return task


type ThisTask = Annotated[Task, Depends(this_task)]


@router.get("/children/{child_id}/tasks", summary="A child's tasks")
async def list_tasks(desk: TheDesk, child: ThisChild, pages: ThePages) -> list[Task]:
    """Return a child's tasks as they stand today."""
    async with desk.panel.db.read() as store:
        found = await tasks.list_of(store, child.id, now=desk.now)
    return pages.cut(found, lambda task: (str(task.id),))


@router.post("/children/{child_id}/tasks", status_code=201, summary="Set a task")
async def post_task(desk: TheDesk, child: ThisChild, given: TaskIn) -> Task:
    """Set a child a task that is worth minutes."""
    what = to_say("set {child} the task “{task}”")
    async with desk.change(what, child_id=child.id, child=child.name, task=given.title) as tx:
        return await tasks.add(tx, child.id, **given.model_dump())


@router.post("/children/{child_id}/tasks/{task_id}/done", summary="Report a task done")
async def report_task(desk: TheDesk, child: ThisChild, task: ThisTask) -> Task:
    """Note that the child, beside you, did a task today; it still waits to be confirmed."""
    async with for_child(desk, child, to_say("{child} reported a task done")) as tx:
        return await tasks.done(tx, task.id)


@router.post("/children/{child_id}/tasks/{task_id}/confirm", summary="Confirm a task")
async def confirm_task(desk: TheDesk, child: ThisChild, task: ThisTask) -> Confirmed:
    """Confirm that a task is done today; its minutes are credited at once."""
    what = to_say("confirmed the task “{task}” of {child}")
    async with desk.change(what, child_id=child.id, child=child.name, task=task.title) as tx:
        kept, credit = await tasks.confirm(tx, task.id)
    return Confirmed(task=kept, credit=credit)


@router.post("/children/{child_id}/tasks/{task_id}/send-back", summary="Not done yet")
async def send_task_back(desk: TheDesk, child: ThisChild, task: ThisTask) -> Task:
    """Say that a task the child reported is not done yet."""
    what = to_say("sent {child} back to the task “{task}”")
    async with desk.change(what, child_id=child.id, child=child.name, task=task.title) as tx:
        return await tasks.send_back(tx, task.id)


@router.delete("/children/{child_id}/tasks/{task_id}", status_code=204, summary="Remove a task")
async def delete_task(desk: TheDesk, child: ThisChild, task: ThisTask) -> Response:
    """Take a task off the list; what it earned stays."""
    what = to_say("took the task “{task}” of {child} off the list")
    async with desk.change(what, child_id=child.id, child=child.name, task=task.title) as tx:
        await tasks.remove(tx, task.id)
    return Response(status_code=204)


@router.get("/children/{child_id}/earned", summary="Minutes earned today")
async def show_earned(desk: TheDesk, child: ThisChild) -> Earned:
    """Return what was added to a child's allowances today."""
    async with desk.panel.db.read() as store:
        today = await children.today(store, child.id, now=desk.now)
        given = await earned.credits_of(store, child.id, first=today, last=today)
        exchanges = (await earned.all_exchanges(store)).get(child.id, [])
        bitmaps = await spent.load(store, child_ids=[child.id], day=today)
    used = {scope: count(bitmap) for (_, scope), bitmap in bitmaps.items()}
    minutes = earn.earned(given, exchanges, today, used)
    return Earned(day=today, minutes=minutes, credits=given, exchanges=exchanges)


@router.post("/children/{child_id}/earned", status_code=201, summary="Add minutes to a day")
async def post_credit(desk: TheDesk, child: ThisChild, given: CreditIn) -> Credit:
    """Add minutes to an allowance on one day; unlike a grant they are spent when used."""
    async with desk.panel.db.read() as store:
        today = await children.today(store, child.id, now=desk.now)
    day = given.day or today
    if not today <= day <= today + AHEAD:
        raise Misfit("day", to_say("Choose a moment within the next month."))
    what = to_say("added minutes to {child}’s day")
    async with desk.change(what, child_id=child.id, child=child.name) as tx:
        return await earned.credit(
            tx, child.id, day=day, minutes=given.minutes, scope=given.scope, why=given.why
        )


@router.put("/children/{child_id}/exchanges", summary="What learning earns")
async def put_exchange(desk: TheDesk, child: ThisChild, given: ExchangeIn) -> Exchange:
    """Say what minutes of learning earn; the same two scopes replace what was said before."""
    if given.source in (given.target, EVERYTHING):
        wrong = to_say("Choose something particular that earns minutes of something else.")
        raise Misfit("source", wrong)
    what = to_say("changed what learning earns {child}")
    async with desk.change(what, child_id=child.id, child=child.name) as tx:
        return await earned.set_exchange(tx, child.id, **given.model_dump())


@router.delete("/children/{child_id}/exchanges/{exchange_id}", status_code=204, summary="End it")
async def delete_exchange(desk: TheDesk, child: ThisChild, exchange_id: UUID) -> Response:
    """End an exchange; what it earned today ends with it."""
    what = to_say("changed what learning earns {child}")
    async with desk.change(what, child_id=child.id, child=child.name) as tx:
        await earned.end_exchange(tx, child.id, exchange_id)
    return Response(status_code=204)
