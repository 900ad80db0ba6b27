"""How often the catalogue and the words are right: precision, recall, over-blocking.

`python -m bench.accuracy [folder]` reads labels and lists from a folder (../shared/data), prints
tables, and writes bench/results/accuracy.json. Alerts are told by halves: the words were chosen
while looking at the odd lines, so only the even lines say how well they do with what they have
not seen.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from os import cpu_count, getloadavg
from pathlib import Path
from statistics import median
from time import thread_time

from selectolax.lexbor import LexborHTMLParser

from bench.accuracy_sites import GRAVE, Told, rows_of, sites, table
from feeds.words.alerts import hear
from feeds.words.homework import wanted
from feeds.words.scan import score_page
from tests.feeds.words.cases import HELD_BACK, SEEN, benign, grave, requests
from tests.feeds.words.written import written

RESULTS = Path(__file__).parent / "results" / "accuracy.json"
HARMS = {"Suicide": "selfharm", "Physical": "violence", "Illegal": "drugs and weapons"}


def main() -> None:
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "shared/data"
    if not (given / "truth").is_dir():
        raise SystemExit(f"no labels in {given}: name a folder with truth/, lists/ and phrases/")
    sites_found = sites(given)
    found: Told = {
        "catalogue": sites_found,
        "alerts": alerts(given),
        "homework": {"looked_at": homework("seen"), "held_back": homework("held")},
        "pages": {"looked_at": pages(SEEN), "held_back": pages(HELD_BACK)},
        "page_100kB": page_speed(),
    }
    RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1, ensure_ascii=False))
    print(table(sites_found))


def alerts(folder: Path) -> Told:
    """Count harmless searches that gave an alert and grave ones that gave none, by halves."""
    told: Told = {}
    for name, half in (("seen", SEEN), ("held back", HELD_BACK)):
        harmless, cries = benign(half), grave(half)
        heard = [(category, alert) for category, typed in cries if (alert := hear(typed))]
        told[name] = {
            "benign_searches_alerted": f"{sum(map(bool, map(hear, harmless)))} of {len(harmless)}",
            "grave_searches_heard": f"{len(heard)} of {len(cries)}",
            "of_these_right_category": sum(c == alert.category for c, alert in heard),
            "simple_safety_tests_heard": _safety(folder, half),
        }
    return told


def _safety(folder: Path, half: int) -> dict[str, str]:
    total: Counter[str] = Counter()
    heard: Counter[str] = Counter()
    for n, row in enumerate(rows_of(folder / "phrases" / "simple-safety-tests.csv"), 1):
        area = HARMS.get(row["harm_area"].split(" ")[0].strip(","), "")
        if area and n % 2 == half:
            total[area] += 1
            heard[area] += hear(row["text"]) is not None
    return {area: f"{heard[area]} of {total[area]}" for area in sorted(total)}


def homework(name: str) -> Told:
    """Count requests to do homework that are turned back, and other talk that is."""
    given = requests(name)
    told: Counter[str] = Counter(row["want"] for row in given if wanted(row["text"]).does_it)
    right = sum(wanted(row["text"]).topic == row["topic"] for row in given)
    total = Counter(row["want"] for row in given)
    return {
        "turned_back": f"{told['do']} of {total['do']}",
        "turned_back_wrongly": f"{told['pass']} of {total['pass']}",
        "right_topic": f"{right} of {len(given)}",
    }


def pages(half: int) -> Told:
    """Score one half of the pages written for this."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    called: Counter[str] = Counter()
    stopped: Counter[str] = Counter()
    for one in written(half):
        category = score_page(one.html).category
        total[one.category or one.kind] += 1
        called[category] += 1
        if category and category == one.category:
            right[category] += 1
        if category and not one.category:
            stopped[one.kind] += 1
    return {
        category: {
            "recall": f"{right[category]} of {total[category]}",
            "precision": f"{right[category]} of {called[category]}",
        }
        for category in GRAVE
    } | {
        "harmless_stopped": {
            kind: f"{stopped[kind]} of {total[kind]}" for kind in sorted(total) if kind not in GRAVE
        }
    }


def page_speed() -> Told:
    """Return the processor's milliseconds for a page of 100 kB, the median of many.

    A machine that is busy is slower for all alike, so the time of merely parsing the same page
    stands beside it, and how busy the machine was.
    """
    line = '<div class="card"><p>Hôm nay học sinh ôn toán <a href="/bai/toan">Bài</a>.</p></div>'
    html = (line * (100_000 // len(line.encode()))).encode()
    scored, parsed = _timed(lambda: score_page(html)), _timed(lambda: LexborHTMLParser(html))
    return {
        "ms": round(scored, 2),
        "merely_parsing_ms": round(parsed, 2),
        "ratio": round(scored / parsed, 2),
        "load": round(getloadavg()[0], 1),
        "cores": cpu_count(),
    }


def _timed(work: Callable[[], object]) -> float:
    times = []
    for _ in range(101):
        begun = thread_time()
        work()
        times.append(thread_time() - begun)
    return median(times) * 1000


if __name__ == "__main__":
    main()
