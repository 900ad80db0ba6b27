"""First run, the last step: being told, on this device or another way; all of it can wait."""

import asyncio

from fastapi import Request, Response

from api import channels, first_run
from api.first_run import STEPS, Step
from api.needs import TheDesk
from api.render import redirect, render
from api.routing import Router
from api.ways_out import WAYS
from words.speech import to_say

router = Router()


@router.get("/setup/notices")
async def notices_page(request: Request, desk: TheDesk) -> Response:
    """Offer to be told, and try out what is there already."""
    context = {
        "step": Step.NOTICES,
        "steps": STEPS,
        "channels": await channels.mine(desk),
        "here": await channels.here(desk),
        "push_key": await asyncio.to_thread(desk.panel.push_key),
        "ways": WAYS.values(),
        "mails": desk.panel.notices.mails,
    }
    return render(request, "setup/notices.html", context)


@router.post("/setup/notices")
async def notices(request: Request, desk: TheDesk) -> Response:
    """Finish the set-up."""
    await first_run.finish(desk.panel)
    return redirect(request, "/", to_say("All set. Hải Đăng watches over your family now."))
