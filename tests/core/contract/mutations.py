"""Answers as they should not be: a few random changes of good ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from copy import deepcopy
from random import Random

from ovop.contract.vocabulary import EvidenceItem

ODD: tuple[object, ...] = (
    None,
    "",
    "  ",
    " x ",
    "x",
    "baris\nbaru",
    "\x00",
    "\ud800",
    "2026-02-30",
    "2026-10-18",
    "2031-01-01",
    True,
    False,
    0,
    1,
    -1,
    5.0,
    0.5,
    10**30,
    math.inf,
    math.nan,
    [],
    ["x", "x"],
    [1, 2.5, None],
    {},
    {"value": 1, "unit": "?"},
    {"value": 3, "unit": "week"},
    {"operator": "nd"},
    {"operator": "<", "value": -1},
    [{}],
    [[]],
)


def mutated(
    answers: dict[str, object],
    evidence: tuple[EvidenceItem, ...],
    facts: Mapping[str, object],
    random: Random,
) -> tuple[dict[str, object], tuple[EvidenceItem, ...], Mapping[str, object]]:
    """The same with up to five changes, each small; the answers given are changed in place."""
    for _ in range(random.randint(0, 5)):
        _change(answers, random)
    if random.random() < 0.3:
        evidence = tuple(item for item in evidence if random.random() < 0.7)
    if random.random() < 0.2:
        facts = {name: value for name, value in facts.items() if random.random() < 0.5}
    return answers, evidence, facts


def _change(answers: dict[str, object], random: Random) -> None:
    places = list(_places(answers))
    holder, key = random.choice(places) if places else (answers, "")
    what = random.randrange(6)
    if what == 0 and isinstance(holder, dict):
        holder["unknown"] = 1
    elif what == 1 and isinstance(holder, list):
        holder.append(deepcopy(random.choice(holder)))
    elif what == 2:
        del holder[key]  # type: ignore[arg-type]  # the key fits its holder
    elif what == 3:
        other, there = random.choice(places)
        holder[key] = deepcopy(other[there])  # type: ignore[index]  # the keys fit their holders
    else:
        holder[key] = deepcopy(random.choice(ODD))  # type: ignore[index]  # the key fits its holder


def _places(
    holder: dict[str, object] | list[object],
) -> Iterator[tuple[dict[str, object] | list[object], str | int]]:
    keys: list[str | int] = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    for key in keys:
        yield holder, key
        inner = holder[key]  # type: ignore[index]  # the key fits its holder
        if isinstance(inner, dict | list):
            yield from _places(inner)
