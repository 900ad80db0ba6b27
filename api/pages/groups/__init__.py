"""Groups: the tree, who belongs where, lists of pupils, the new school year, lessons."""

from api.pages.groups import joining, lesson, roster, tree, year
from api.routing import Router

router = Router()
for part in (tree, roster, joining, year, lesson):
    router.take(part.router)
