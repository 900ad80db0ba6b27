"""Activity: what was visited and stopped, why, and what to do about it from here."""

from fastapi import APIRouter

from api.pages.activity import decide, export, log, searched, why

router = APIRouter()
for part in (log.router, why.router, decide.router, export.router, searched.router):
    router.include_router(part)
