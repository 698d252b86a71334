"""A form that was sent while somebody else had saved: what goes in by itself, and what its writer has to choose. Pure.

Every form carries a mark of each answer as it was when the page was drawn. So a field that only one side changed is taken from that side, and only
what both changed, and differently, is a conflict.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256

import msgspec
from msgspec import Struct

from ovop.contract.vocabulary import Answer, Answers

MARK_LENGTH = 12


class Merged(Struct, frozen=True, kw_only=True):
    """What to save, by field (None takes an answer away), and the fields that both sides changed."""

    changes: Mapping[str, Answer]
    conflicts: tuple[str, ...]


def mark_of(answer: Answer) -> str:
    """A mark of an answer, by which a later one is told apart from it; `-` for no answer."""
    if answer is None:
        return "-"
    return sha256(msgspec.json.encode(answer, order="deterministic")).hexdigest()[:MARK_LENGTH]


def merge(
    *,
    typed: Answers,
    stored: Answers,
    marks: Mapping[str, str],
    names: Collection[str],
    kept: Mapping[str, str],
) -> Merged:
    """What becomes of the fields `names` of a page: `typed` on it, `stored` by now, `marks` of what it began with.

    `kept` are the writer's choices in earlier conflicts: `mine` or `theirs`.
    """
    changes: dict[str, Answer] = {}
    conflicts = []
    for name in names:
        mine, theirs = typed.get(name), stored.get(name)
        if mine == theirs or kept.get(name) == "theirs":
            continue
        began = marks.get(name)
        if began == mark_of(mine) and kept.get(name) != "mine":
            continue
        if began is None or began == mark_of(theirs) or kept.get(name) == "mine":
            changes[name] = mine
        else:
            conflicts.append(name)
    return Merged(changes=changes, conflicts=tuple(conflicts))
