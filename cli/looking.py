"""`haidang feeds look-up HOST`: what is known of a site, who says so, and what counts."""

from rich.console import Console
from rich.table import Table

from cli.places import lists_folder
from cli.saying import language, spoken
from cli.settings import Settings
from feeds.catalogue import Catalogue, load
from feeds.why import By, Said, Why, why
from rules.explain import Sentence
from rules.hosts import normalise

WHO: dict[By, Sentence] = {
    By.OWN: Sentence("your list", {}),
    By.HELPLINE: Sentence("helplines", {}),
    By.SCHOOL: Sentence("schools", {}),
    By.OURS: Sentence("our list", {}),
    By.SERVICE: Sentence("services", {}),
    By.PRIVATE: Sentence("never opened", {}),
    By.LIST: Sentence("list", {}),
    By.NAME: Sentence("its name", {}),
}


def look_up(settings: Settings, host: str) -> Sentence | None:
    """Print everything that is known of a site, the most trusted first."""
    try:
        name = normalise(host)
    except ValueError:
        return Sentence("“{host}” is not a site: write it like example.com.", {"host": host[:80]})
    catalogue = load(lists_folder(settings))
    told = why(catalogue, name, lists_folder(settings))
    print(spoken(_outcome(catalogue, told)))
    if told.said:
        Console(highlight=False).print(_table(catalogue, told))
    return None


def _outcome(catalogue: Catalogue, told: Why) -> Sentence:
    known = told.known
    if known.never_block:
        return Sentence("{host} is a helpline: it is never blocked.", {"host": told.host})
    kinds, doubts = (
        ", ".join(catalogue.name_of("category", each, language()) for each in names)
        for names in (known.categories, known.doubtful)
    )
    if kinds:
        return Sentence("{host} is known as: {kinds}.", {"host": told.host, "kinds": kinds})
    if doubts:
        return Sentence(
            "{host} has one weak sign of: {kinds}. That alone is not enough.",
            {"host": told.host, "kinds": doubts},
        )
    return Sentence("{host} is not known.", {"host": told.host})


def _table(catalogue: Catalogue, told: Why) -> Table:
    table = Table(
        spoken(Sentence("Who", {})),
        spoken(Sentence("Says", {})),
        spoken(Sentence("Where", {})),
        spoken(Sentence("Weight", {})),
        spoken(Sentence("Since", {})),
        spoken(Sentence("Counts?", {})),
    )
    for said in told.said:
        table.add_row(
            spoken(WHO[said.by]),
            _says(catalogue, said),
            _where(said),
            "" if said.weight is None else str(said.weight),
            f"{said.since:%Y-%m-%d}" if said.since else "",
            spoken(said.reason),
        )
    return table


def _says(catalogue: Catalogue, said: Said) -> str:
    kind = "service" if said.by is By.SERVICE else "category"
    return catalogue.name_of(kind, said.says, language()) if said.says else ""


def _where(said: Said) -> str:
    place = f"{said.source}:{said.line}" if said.line else said.source
    return place if said.by is By.NAME else f"{place} {said.entry}".strip()
