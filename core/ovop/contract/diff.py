"""What changed between two versions of a commodity, in words, with how much it matters. Pure.

for change in changes(old, new):
    print(change.impact, change.text.id)
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256

import msgspec
from msgspec import Struct

from ovop.contract.differing.impacts import Impact, impact_of
from ovop.contract.differing.names import word_of
from ovop.contract.differing.sentences import sentence_of
from ovop.contract.differing.walk import Difference, Kind, walk
from ovop.contract.vocabulary import Definition, Text

__all__ = ["DefinitionChange", "Impact", "Kind", "Step", "changes", "digest", "step_for"]


class DefinitionChange(Struct, frozen=True, kw_only=True):
    """One change: what happened (`kind`) to what (`what`: field, evidence, criterion, gate, limit, text …), where, and in one sentence."""

    kind: Kind
    what: str
    path: str
    text: Text
    impact: Impact


class Step(StrEnum):
    """Which part of the version a set of changes asks for."""

    NONE = "none"
    MINOR = "minor"
    MAJOR = "major"


def changes(old: Definition, new: Definition) -> tuple[DefinitionChange, ...]:
    """Every change between two definitions, in their order; none between a definition and itself."""
    return tuple(_change(difference) for difference in walk(old, new))


def step_for(found: Sequence[DefinitionChange]) -> Step:
    """A major version where answers may become invalid or scores change, a minor one for anything else."""
    if any(change.impact is Impact.BREAKING for change in found):
        return Step.MAJOR
    return Step.MINOR if found else Step.NONE


def digest(found: Sequence[DefinitionChange]) -> str:
    """SHA-256 of a list of changes, in hexadecimal: what somebody approved."""
    return sha256(msgspec.json.encode(found, order="sorted")).hexdigest()


def _change(difference: Difference) -> DefinitionChange:
    is_text = difference.kind is Kind.CHANGED and isinstance(difference.old, Text)
    return DefinitionChange(
        kind=difference.kind,
        what="text" if is_text else word_of(difference.parts),
        path=difference.path,
        text=sentence_of(difference),
        impact=impact_of(difference),
    )
