"""First run: one thing on each screen, from the language to the first device that works."""

from api.pages.setup import begin, family, notices, sample
from api.routing import Router

router = Router()
router.take(begin.router, family.router, notices.router, sample.router)
