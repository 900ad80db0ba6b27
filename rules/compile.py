"""From a child's layers to lean, slotted values for the hot path: parse and index at load, only look up per visit."""

from dataclasses import dataclass

from rules.family import ChildRules


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A child's rules, ready for `rules.decide`."""


def compile_child(child: ChildRules) -> Rulebook:
    """Compile a child's layers and grants."""
    raise NotImplementedError
