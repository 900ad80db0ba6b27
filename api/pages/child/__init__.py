"""A child: the day so far, what is open, what is agreed, and who the child is."""

from api.pages.child import (
    consent,
    details,
    opened,
    overview,
    people,
)
from api.routing import Router

router = Router()
# “new” is no child's id: the pages about people come first.
router.take(people.router, overview.router, opened.router, consent.router, details.router)
