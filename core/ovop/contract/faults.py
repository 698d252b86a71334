"""Small helpers for stating the faults of a definition."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ovop.contract.errors import Fault
from ovop.contract.rules.tokens import with_suggestion
from ovop.contract.vocabulary import Text


def fault(path: str, id_: str, en: str) -> Fault:
    """A fault at a place, in both languages."""
    return Fault(path=path, reason=Text(id_, en))


def dangling(path: str, name: str, known: Iterable[str], id_kind: str, en_kind: str) -> Iterator[Fault]:
    """A fault where a name is not among those known, with the nearest one."""
    names = list(known)
    if name not in names:
        reason = Text(f"tidak ada {id_kind} `{name}`.", f"there is no {en_kind} `{name}`.")
        yield Fault(path=path, reason=with_suggestion(reason, name, names))


def repeated(places: Iterable[tuple[str, str]], id_kind: str, en_kind: str) -> Iterator[Fault]:
    """A fault for each name that stands a second time; `places` are (path, name)."""
    first: dict[str, str] = {}
    for path, name in places:
        if name in first:
            yield fault(
                path,
                f"{id_kind} `{name}` sudah ada di {first[name]}.",
                f"the {en_kind} `{name}` is already at {first[name]}.",
            )
        first.setdefault(name, path)


def order(path: str, low: float | None, high: float | None) -> Iterator[Fault]:
    """A fault where the lower end of a range lies above the upper one."""
    if low is not None and high is not None and low > high:
        yield fault(
            path,
            f"batas bawah {low:g} lebih besar daripada batas atas {high:g}.",
            f"the lower limit {low:g} is above the upper limit {high:g}.",
        )


def pattern(path: str, text: str | None, example: str = "", example_path: str = "") -> Iterator[Fault]:
    """A fault where a pattern is not a regular expression, or where its own example does not match it."""
    if text is None:
        return
    try:
        compiled = re.compile(text)
    except re.error as error:
        yield fault(path, f"pola tidak sah: {error}.", f"the pattern is not valid: {error}.")
        return
    if example and not compiled.fullmatch(example):
        yield fault(
            example_path or path,
            f"contoh `{example}` tidak sesuai polanya.",
            f"the example `{example}` does not match its pattern.",
        )
