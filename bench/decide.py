"""How long a verdict takes: five layers, forty rules, many visits, against one dictionary look-up.

`python -m bench.decide` prints a table and writes bench/results/decide.json. Measured is `decide`
alone, one call at a time, on visits whose `Known` is at hand: no identification, no catalogue.
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

from rules.compile import Rulebook, compile_child
from rules.decide import decide
from rules.family import ChildRules, Grant
from rules.policy import Allowance, Hours, Policy, Privacy, Window, YouTube
from rules.presets import preset_for
from rules.verdict import Layer
from rules.visit import Known, Visit

RESULTS = Path(__file__).parent / "results"
HERE = UUID(int=1)
HANOI = "Asia/Ho_Chi_Minh"
VISITS = 2_000
ROUNDS = 25
BEGIN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CATEGORIES = ("games", "video", "social", "learning", "news", "shopping", "music", "adult", "ads")
SERVICES = ("roblox", "youtube", "zalo", "tiktok", "facebook")


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


def rulebook() -> Rulebook:
    """Compile the child that is measured, with one grant that is running."""
    grant = Grant(
        id=HERE,
        child_id=HERE,
        scope="site:chess.example",
        since=BEGIN,
        until=BEGIN + timedelta(days=1),
        by="Mẹ",
    )
    return compile_child(
        ChildRules(id=HERE, name="An", group_id=HERE, zone=HANOI, layers=layers(), grants=(grant,))
    )


def visits(chance: random.Random) -> list[Visit]:
    """Make visits as a phone makes them: mostly unlisted or one category, some services."""
    made = []
    for number in range(VISITS):
        known = Known()
        if chance.random() < 0.7:
            services = (chance.choice(SERVICES),) if chance.random() < 0.4 else ()
            known = Known((chance.choice(CATEGORIES),), services)
        made.append(Visit(f"cdn{number % 7}.img.site{number}.example", known))
    return made


def measure() -> tuple[list[float], list[float]]:
    """Time every call of both in turn, so that both see the same machine; in microseconds."""
    chance = random.Random(7)
    rules, asked = rulebook(), visits(chance)
    spent = {"everything": 50, "category:games": 20, "service:youtube": 39}
    moments = [BEGIN + timedelta(seconds=chance.randrange(7 * 86400)) for _ in asked]
    dictionary = {visit.host: visit.known for visit in asked}
    ours: list[float] = []
    plain: list[float] = []
    gc.collect()
    gc.disable()
    for _ in range(ROUNDS):
        for visit, now in zip(asked, moments, strict=True):
            begin = perf_counter_ns()
            decide(rules, visit, now, spent)
            middle = perf_counter_ns()
            dictionary.get(visit.host)
            end = perf_counter_ns()
            ours.append((middle - begin) / 1000)
            plain.append((end - middle) / 1000)
    gc.enable()
    return ours, plain


def allocated() -> int:
    """Count blocks of memory still held after many verdicts: growth would be a leak."""
    rules, asked = rulebook(), visits(random.Random(7))
    for visit in asked:
        decide(rules, visit, BEGIN, {})
    before = sys.getallocatedblocks()
    for _ in range(10):
        for visit in asked:
            decide(rules, visit, BEGIN, {})
    return sys.getallocatedblocks() - before


def main() -> None:
    """Measure, print and write down."""
    ours, plain = measure()
    figures = {
        "median_us": round(median(ours), 2),
        "p99_us": round(quantiles(ours, n=100)[98], 2),
        "vs_dict": round(median(ours) / median(plain), 1),
        "rules": count_rules(layers()),
        "verdicts": len(ours),
        "blocks_grown": allocated(),
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
