"""First run: one thing on each screen, from the language to the first device that works."""

from fastapi import APIRouter

from api.pages.setup import begin, family, notices, sample

router = APIRouter()
router.include_router(begin.router)
router.include_router(family.router)
router.include_router(notices.router)
router.include_router(sample.router)
