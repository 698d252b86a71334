"""What answers are held against besides the form: the files handed in, and the facts about the world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from ovop.contract.reading.flaws import Context, as_day, as_instant
from ovop.contract.rules.variables import EPOCH, CelValue
from ovop.contract.vocabulary import EvidenceItem


class Surroundings:
    """Files by evidence, the context of readers, and `values`: facts and evidence under the names that rules give them.

    What no rule reads is not among `values`; `read` has the names that are read.
    """

    __slots__ = ("context", "evidence", "values")

    def __init__(
        self, read: frozenset[str], evidence: Iterable[EvidenceItem], facts: Mapping[str, object]
    ) -> None:
        self.evidence: dict[str, list[EvidenceItem]] = {}
        files = {}
        for item in evidence:
            files[item.id] = item
            if item.evidence in self.evidence:
                self.evidence[item.evidence].append(item)
            else:
                self.evidence[item.evidence] = [item]
        self.context = Context(today=fact_day(facts.get("today")), files=files)
        self.values: dict[str, CelValue] = {}
        for fact, given in facts.items():
            name = f"facts.{fact}"
            value = _fact_value(given) if name in read else None
            if value is not None:
                self.values[name] = value
        if self.context.today is not None and "facts.today" in read:
            self.values["facts.today"] = as_instant(self.context.today)
        for evidence_id, items in self.evidence.items():
            name = f"evidence.{evidence_id}"
            if name in read:
                self.values[name] = [_evidence_row(item) for item in items]


def fact_day(given: object) -> date | None:
    """The day of the fact `today`, also as text, as it stands in a stored definition; None where it is no day."""
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    return as_day(given) if isinstance(given, str) else None


def _fact_value(given: object) -> CelValue | None:
    if isinstance(given, str | int | float | datetime):
        return given
    if isinstance(given, Sequence):
        return [item for item in given if isinstance(item, str)]
    return None


def _evidence_row(item: EvidenceItem) -> dict[str, CelValue]:
    """A file as rules see it (`variables.EVIDENCE`)."""
    return {
        "role": item.role,
        "number": item.number,
        "issuer": item.issuer,
        "issued_on": EPOCH if item.issued_on is None else as_instant(item.issued_on),
        "expires_on": EPOCH if item.expires_on is None else as_instant(item.expires_on),
        "media_type": item.media_type,
        "size_bytes": item.size_bytes,
        "width_px": item.width_px,
        "height_px": item.height_px,
        "seconds": float(item.seconds),
    }
