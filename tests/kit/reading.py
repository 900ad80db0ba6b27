"""Whether everyone can read a page, by the rules of axe-core."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
COLOURS = ["color-contrast"]
"""What else but the light decides on; the other rules read the same page the same way."""

LOOK = """async (options) => (await axe.run(options)).violations.map(each => (
    {id: each.id, help: each.help, where: each.nodes.map(node => node.html.slice(0, 160))}))"""


def problems(page: Page, *, colours_only: bool = False) -> list[str]:
    """Name what keeps somebody from reading a page; empty where nothing does."""
    kind, values = ("rule", COLOURS) if colours_only else ("tag", RULES)
    # To tell where everything is that is well takes longer than to find what is not.
    options = {"runOnly": {"type": kind, "values": values}, "resultTypes": ["violations"]}
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(LOOK, options)
    return [f"{each['id']}: {each['help']} {each['where']}" for each in found]


def overhangs(page: Page) -> bool:
    """Tell whether a page is wider than its screen."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return wider > 0
