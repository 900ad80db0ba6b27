"""Groups: the tree, who belongs where, lists of pupils, the new school year, lessons."""

from fastapi import APIRouter

from api.pages.groups import joining, lesson, roster, tree, year

router = APIRouter()
for part in (tree, roster, joining, year, lesson):
    router.include_router(part.router)
