"""How long a verdict takes: five layers, forty rules, 200 children, three million known domains.

`python -m bench.decide` prints a table and writes bench/results/decide.json. Measured is one call
at a time: the look-up in the catalogue and `decide`, against one look-up in a plain dictionary.
Most visits go to hosts met before, as in a household; one in twenty goes to a host met for the
first time. Time moves on from visit to visit, over three days.
"""

import gc
import json
import os
import platform
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter_ns
from uuid import UUID

from feeds.catalogue import Catalogue
from feeds.index import DictIndex, Listed
from feeds.starter import Starter
from rules.compile import Rulebook, compile_child
from rules.decide import decide
from rules.family import ChildRules, Grant
from rules.policy import Allowance, Hours, Policy, Privacy, Window, YouTube
from rules.presets import preset_for
from rules.verdict import Layer
from rules.visit import Visit

RESULTS = Path(__file__).parent / "results"
HERE = UUID(int=1)
HANOI = "Asia/Ho_Chi_Minh"
VISITS = 50_000
POPULAR = 2_000
FRESH = 0.05
CHILDREN = 200
DOMAINS = 3_000_000
BEGIN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CATEGORIES = ("games", "video", "social", "learning", "news", "shopping", "music", "adult", "ads")


def layers() -> tuple[tuple[Layer, Policy], ...]:
    """Write five layers with forty rules between them."""
    dangers = dict.fromkeys(("adult", "gambling", "malware", "phishing", "proxy"), "block")
    lessons = Hours(
        name="study",
        scope="category:games",
        windows=(Window(days=(0, 1, 2, 3, 4), start="07:00", end="11:30"),),
    )
    school = Policy(
        categories=dict.fromkeys(("games", "dating", "violence"), "allow") | dangers,
        hours=(lessons,),
        block=("cheats.example", "proxy.example", "bets.example"),
        safe_search=True,
    )
    own = Policy(
        services={"tiktok": "block", "zalo": "allow"},
        allow=("thuvien.example", "chess.example"),
        block=("evil.example",),
        allowances=(
            Allowance(scope="service:youtube", minutes=(40,) * 7),
            Allowance(scope="service:roblox", minutes=(30,) * 7),
            Allowance(scope="site:forum.example", minutes=(20,) * 7),
        ),
        youtube=YouTube.STRICT,
        privacy=Privacy.SITES,
    )
    return (
        (Layer.CITY, Policy(categories=dangers)),
        (Layer.WARD, Policy(block=("scam.example",))),
        (Layer.SCHOOL, school),
        (Layer.FAMILY, preset_for(13)[1]),
        (Layer.CHILD, own),
    )


def count_rules(policies: tuple[tuple[Layer, Policy], ...]) -> int:
    """Count what an adult would call a rule."""
    return sum(
        len(policy.categories)
        + len(policy.services)
        + len(policy.allow)
        + len(policy.block)
        + len(policy.hours)
        + len(policy.allowances)
        for _, policy in policies
    )


def rulebooks() -> list[Rulebook]:
    """Compile the children that are measured, each with one grant that is running."""
    return [_rulebook(number) for number in range(CHILDREN)]


def _rulebook(number: int) -> Rulebook:
    child = UUID(int=number + 1)
    grant = Grant(
        id=child,
        child_id=child,
        scope="site:chess.example",
        since=BEGIN,
        until=BEGIN + timedelta(days=1),
        by="Mẹ",
    )
    rules = ChildRules(
        id=child, name="An", group_id=HERE, zone=HANOI, layers=layers(), grants=(grant,)
    )
    return compile_child(rules)


def listed(number: int) -> str:
    """Name a domain of the stand-in for the lists of the world."""
    return f"s{number * 2_654_435_761 % 2**32:x}.example"


def catalogue() -> Catalogue:
    """Make a catalogue with three million domains besides our own."""
    starter, index = Starter(), DictIndex()
    for service in starter.services.values():
        index.add(service.hosts, Listed(service=service.id))
    for first, category in enumerate(CATEGORIES):
        domains = map(listed, range(first, DOMAINS, len(CATEGORIES)))
        index.add(domains, Listed(categories=(category,)))
    return Catalogue(starter, index)


def hosts(chance: random.Random, services: list[str]) -> list[str]:
    """Choose hosts as a phone meets them: known, unknown, of a service; most of them again."""

    def one() -> str:
        if chance.random() < 0.3:
            return f"cdn{chance.randrange(9)}.img.unknown{chance.randrange(10**9)}.test"
        if chance.random() < 0.4:
            return f"api.{chance.choice(services)}"
        return f"cdn.{listed(chance.randrange(DOMAINS))}"

    popular = [one() for _ in range(POPULAR)]
    return [one() if chance.random() < FRESH else chance.choice(popular) for _ in range(VISITS)]


def measure(known: Catalogue) -> tuple[list[float], list[float]]:
    """Time every call of both in turn, so that both see the same machine; in microseconds."""
    chance = random.Random(7)
    services = [host for service in known.services.values() for host in service.hosts]
    asked, books = hosts(chance, services), rulebooks()
    spent = {"everything": 50, "category:games": 20, "service:youtube": 39}
    moments = [BEGIN + number * timedelta(days=3) / VISITS for number in range(VISITS)]
    dictionary = dict.fromkeys(asked, 1)
    ours: list[float] = []
    plain: list[float] = []
    for host in asked[:POPULAR]:
        decide(books[0], Visit(host, known.look_up(host)), BEGIN, spent)
    gc.collect()
    gc.freeze()
    gc.disable()
    for host, now in zip(asked, moments, strict=True):
        book = chance.choice(books)
        begin = perf_counter_ns()
        decide(book, Visit(host, known.look_up(host)), now, spent)
        middle = perf_counter_ns()
        dictionary.get(host)
        end = perf_counter_ns()
        ours.append((middle - begin) / 1000)
        plain.append((end - middle) / 1000)
    gc.enable()
    return ours, plain


def allocated(known: Catalogue) -> int:
    """Count blocks of memory still held after many verdicts: growth would be a leak."""
    chance = random.Random(7)
    books = rulebooks()
    asked = [Visit(host, known.look_up(host)) for host in hosts(chance, ["a.vn"])[:5000]]

    def judge_all() -> None:
        for number, visit in enumerate(asked):
            decide(books[number % CHILDREN], visit, BEGIN, {})

    judge_all()
    before = sys.getallocatedblocks()
    for _ in range(5):
        judge_all()
    return sys.getallocatedblocks() - before


def main() -> None:
    """Measure, print and write down."""
    known = catalogue()
    ours, plain = measure(known)
    figures = {
        "median_us": round(median(ours), 2),
        "p99_us": round(quantiles(ours, n=100)[98], 2),
        "vs_dict": round(median(ours) / median(plain), 1),
        "rules": count_rules(layers()),
        "verdicts": len(ours),
        "children": CHILDREN,
        "domains": DOMAINS,
        "blocks_grown": allocated(known),
    }
    rows = [{"figure": name, "value": value} for name, value in figures.items()]
    for row in rows:
        print(f"{row['figure']:>14}  {row['value']}")
    machine: dict[str, object] = {
        "cores": os.cpu_count(),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20,
        "python": platform.python_version(),
        # Calls are timed by the wall clock: on a busy machine the slowest are those it interrupted.
        "load": round(os.getloadavg()[0], 1),
        "versions": {},
    }
    RESULTS.mkdir(exist_ok=True)
    report = {
        "bench": "decide",
        "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",  # noqa: TID251 - a date on a report
        "machine": machine,
        "figures": figures,
        "rows": rows,
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (RESULTS / "decide.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
