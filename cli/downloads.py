"""Shows on the terminal how far a list is: fetched, read, compiled."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.saying import spoken
from feeds.progress import Step, Tell
from rules.explain import Sentence
from words.speech import to_say

WORDS: dict[Step, str] = {
    Step.FETCH: to_say("Is being fetched"),
    Step.READ: to_say("Is being read"),
    Step.COMPILE: to_say("Is being compiled"),
}


@contextmanager
def shown() -> Iterator[Tell]:
    """Show a bar as long as something is on its way; errors, like the bar, go to stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)

        def tell(step: Step, done: int, of: int) -> None:
            words = spoken(Sentence(WORDS[step], {}))
            progress.update(task, description=words, completed=done, total=of or None)

        yield tell
