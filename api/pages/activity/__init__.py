"""Activity: what was visited and stopped, why, and what to do about it from here."""

from api.pages.activity import decide, export, log, searched, why
from api.routing import Router

router = Router()
router.take(log.router, why.router, decide.router, export.router, searched.router)
