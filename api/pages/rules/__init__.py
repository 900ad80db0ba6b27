"""Rules as forms: those of a child and those of a group, a page for each part of them."""

from fastapi import APIRouter

from api.pages.rules import of_child, of_group

router = APIRouter()
router.include_router(of_child.router)
router.include_router(of_group.router)
