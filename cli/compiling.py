"""Compiles the imported lists on the command line, and shows how far it is."""

from rich.progress import Progress

from cli.places import lists_folder
from cli.saying import spoken
from cli.settings import Settings
from feeds.compiled import compile_lists
from feeds.packed import Packed
from rules.explain import Sentence


def compile_all(settings: Settings) -> Sentence | None:
    """Compile every imported list into one file; running doors take it up with the next change."""
    with Progress(transient=True) as progress:
        task = progress.add_task(spoken(Sentence("Lists are compiled ...", {})), total=None)

        def tell(name: str, done: int, of: int) -> None:
            progress.update(task, description=name, completed=done, total=of)

        path = compile_lists(lists_folder(settings), tell)
    if path is None:
        print(spoken(Sentence("No list was imported; the starter catalogue is always there.", {})))
        return None
    packed = Packed(path)
    values = {"n": len(packed), "lists": len(packed.sources)}
    print(spoken(Sentence("{n} sites of {lists} lists are compiled.", values)))
    return None
