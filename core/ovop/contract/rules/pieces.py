"""Parts of a rule in Python, and what they call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ovop.contract.rules import arithmetic
from ovop.contract.rules.functions import Function
from ovop.contract.rules.syntax import NotRead
from ovop.contract.rules.variables import ROWS, Variable, scalar


class Library:
    """What translated rules of one definition call: arithmetic, our functions, and the constants that their arguments come to."""

    def __init__(self, functions: Iterable[Function]) -> None:
        self.functions = {function.name: function for function in functions}
        self.namespace: dict[str, object] = {
            name: getattr(arithmetic, name)
            for name in (
                "whole",
                "quotient",
                "remainder",
                "ratio",
                "truncated",
                "item",
                "both",
                "either",
                "every",
                "some",
            )
        }
        self.namespace |= {f"fn_{name}": function.implementation for name, function in self.functions.items()}

    def constant(self, value: object) -> str:
        """A name for a value that is the same at every evaluation."""
        name = f"constant_{len(self.namespace)}"
        self.namespace[name] = value
        return name


class Translated(NamedTuple):
    """A rule, or a part of one, in Python; `variable` tells the type of its value."""

    source: str
    variable: Variable
    fails: bool = False

    @property
    def type(self) -> str:
        return self.variable.type


def member(of: Translated, word: str) -> Translated:
    """`of.word`."""
    inner = (of.variable.members or {}).get(word)
    if inner is None:
        raise NotRead(word)
    return Translated(f"{of.source}[{word!r}]", inner, of.fails)


def size_of(of: Translated) -> Translated:
    """How many elements or characters."""
    if of.variable.item is None and of.type != "string":
        raise NotRead("size")
    return Translated(f"len({of.source})", scalar("int"), of.fails)


def list_of(item: Variable) -> Variable:
    """A list of such values."""
    return Variable(
        ROWS if item.members is not None else f"list({item.type})", single=False, default=[], item=item
    )


def mapped(each: str, of: Translated, held: list[Translated], value: Translated) -> Translated:
    """`of.map(...)`, with a condition that chooses elements where there is one."""
    if any(condition.type != "bool" for condition in held):
        raise NotRead("map")
    chosen = "".join(f" if {condition.source}" for condition in held)
    fails = of.fails or value.fails or any(condition.fails for condition in held)
    return Translated(f"[{value.source} for {each} in {of.source}{chosen}]", list_of(value.variable), fails)


def condition_over(name: str, each: str, of: Translated, held: Translated) -> Translated:
    """`filter`, `exists_one`, `exists` and `all`."""
    fails = of.fails or held.fails
    truths = f"[{held.source} for {each} in {of.source}]"
    match name:
        case "filter":
            return Translated(f"[{each} for {each} in {of.source} if {held.source}]", of.variable, fails)
        case "exists_one":
            return Translated(f"({truths}.count(True) == 1)", scalar("bool"), fails)
        case "exists" if held.fails:
            return Translated(f"some(lambda {each}: {held.source}, {of.source})", scalar("bool"), True)
        case "all" if held.fails:
            return Translated(f"every(lambda {each}: {held.source}, {of.source})", scalar("bool"), True)
        case "exists":
            return Translated(f"(True in {truths})", scalar("bool"), fails)
        case "all":
            return Translated(f"(False not in {truths})", scalar("bool"), fails)
    raise NotRead(name)
