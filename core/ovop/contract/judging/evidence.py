"""Findings about documents, photos and videos: are they there, of the right kind, numbered as they should be, and still good today."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from ovop.contract.judging.judge import Judge
from ovop.contract.judging.messages import Arguments, within
from ovop.contract.reading.plan import EvidencePlan, RolePlan
from ovop.contract.reading.values import pattern_flaw
from ovop.contract.vocabulary import Evidence, EvidenceItem, EvidenceKind, Severity, Text

MEGABYTE: Final = 1_000_000

MEDIA: Final = {
    EvidenceKind.DOCUMENT: ("application/pdf", "image/jpeg", "image/png", "image/webp"),
    EvidenceKind.PHOTO: ("image/jpeg", "image/png", "image/webp"),
    EvidenceKind.VIDEO: ("video/mp4", "video/webm", "video/quicktime"),
}
"""Media types taken where the definition names none."""

ASKS: Final = {
    "number": Text("nomor", "the number"),
    "issuer": Text("penerbit", "the issuer"),
    "issued_on": Text("tanggal terbit", "the date of issue"),
    "expires_on": Text("tanggal berakhir", "the expiry date"),
}


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year >= date.max.year:
        return date.max
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


class EvidenceJudge:
    """Judges the evidence of a submission; findings go to the judge of its form."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.form = judge.answered.form
        self.today = judge.answered.context.today

    def evidence(self, plan: EvidencePlan) -> None:
        """Judge one kind of evidence with all its files."""
        spec = plan.spec
        if plan.show_if is not None and not self.form.holds(plan.show_if):
            return
        items = self.judge.answered.evidence.get(spec.id, [])
        if not self.judge.partial:
            self.presence(plan, items)
        if len(items) > spec.max_files:
            count = {"actual": len(items), "maximum": spec.max_files}
            self.add("too_many", spec, spec.label, count)
        for number, item in enumerate(items, start=1):
            _FileJudge(self, spec, item, number, alone=len(items) == 1).judge()

    def add(
        self,
        code: str,
        spec: Evidence,
        where: Text,
        arguments: Arguments,
        *,
        at: str = "",
        variant: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Add a finding about evidence; `at` is the role or file in the path."""
        self.judge.add(
            code,
            f"evidence.{spec.id}{at}",
            where,
            spec.section,
            arguments,
            variant=variant,
            severity=severity,
        )

    def presence(self, plan: EvidencePlan, items: Sequence[EvidenceItem]) -> None:
        """Is there enough? A role that lacks pictures is named; files that only a higher total needs are only mentioned."""
        spec = plan.spec
        if not self.form.holds(plan.required):
            wanted = bool(items)  # begun: what is there has to be whole
        elif spec.needed_from_points is not None:
            wanted = bool(items)
            if not items:
                points = {"points": spec.needed_from_points}
                self.add(
                    "evidence_missing", spec, spec.label, points, variant="later", severity=Severity.INFO
                )
        else:
            wanted = True
        if not wanted:
            return
        short = sum(self.role(spec, role, items) for role in plan.roles)
        lacking = max(spec.min_files, 1) - len(items) - short
        if lacking <= 0:
            return
        if not items and not short:
            self.add("evidence_missing", spec, spec.label, {})
        else:
            self.add("too_few", spec, spec.label, {"actual": len(items), "minimum": spec.min_files})

    def role(self, spec: Evidence, plan: RolePlan, items: Sequence[EvidenceItem]) -> int:
        """How many files a role lacks, after saying so."""
        role = plan.role
        there = sum(1 for item in items if item.role == role.id)
        if there >= role.minimum or not self.form.holds(plan.required):
            return 0
        count: Arguments = {"role": role.label, "actual": there, "minimum": role.minimum}
        self.add("evidence_missing", spec, spec.label, count, at=f"[{role.id}]", variant="role")
        return role.minimum - there


class _FileJudge:
    """Judges one file; its number counts from 1, and is left out of the words where it is the only one."""

    def __init__(
        self, judge: EvidenceJudge, spec: Evidence, item: EvidenceItem, number: int, *, alone: bool
    ) -> None:
        self.evidence = judge
        self.spec = spec
        self.item = item
        self.at = f"[#{number}]"
        self.number = number
        self.alone = alone

    def add(
        self, code: str, arguments: Arguments, *, variant: str = "", severity: Severity = Severity.ERROR
    ) -> None:
        where = self.spec.label
        if not self.alone:
            where = within(where, Text(f"berkas {self.number}", f"file {self.number}"))
        self.evidence.add(code, self.spec, where, arguments, at=self.at, variant=variant, severity=severity)

    def judge(self) -> None:
        self.kind()
        if not self.evidence.judge.partial:
            self.asks()
        self.number_form()
        if self.evidence.today is not None:
            self.dates(self.evidence.today)

    def kind(self) -> None:
        spec, item = self.spec, self.item
        if spec.roles and item.role and item.role not in {role.id for role in spec.roles}:
            self.add("unknown_option", {"actual": item.role}, variant="role")
        media = spec.media or MEDIA[spec.kind]
        if item.media_type and item.media_type not in media:
            self.add("evidence_media", {"actual": item.media_type, "media": ", ".join(media)})
        if item.size_bytes > spec.max_megabytes * MEGABYTE:
            size = {"actual": round(item.size_bytes / MEGABYTE, 1), "bound": spec.max_megabytes}
            self.add("too_large", size, variant="file")
        side = max(item.width_px, item.height_px)
        if 0 < side < spec.min_pixels:
            self.add("evidence_pixels", {"actual": side, "minimum": spec.min_pixels})
        if spec.kind is EvidenceKind.VIDEO and 0 < item.seconds < spec.min_seconds:
            self.add("evidence_seconds", {"actual": round(item.seconds, 1), "minimum": spec.min_seconds})

    def asks(self) -> None:
        """What has to be typed in beside the file; its date of issue also where only its age is limited."""
        asked = set(self.spec.asks)
        if self.spec.max_age_months is not None:
            asked.add("issued_on")
        for ask, label in ASKS.items():
            if ask in asked and not getattr(self.item, ask):
                self.add("evidence_asks", {"ask": label})

    def number_form(self) -> None:
        pattern, number = self.spec.number_pattern, self.item.number.strip()
        if pattern and number and not re.fullmatch(pattern, number):
            flaw = pattern_flaw("evidence_number", number, self.spec.number_example)
            self.add(flaw.code, flaw.arguments, variant=flaw.variant, severity=self.spec.number_severity)

    def dates(self, today: date) -> None:
        issued, expires, months = self.item.issued_on, self.item.expires_on, self.spec.max_age_months
        if issued is not None and issued > today:
            self.add("after_today", {"actual": issued})
        if issued is not None and months is not None and months_later(issued, months) < today:
            self.add("evidence_too_old", {"issued_on": issued, "months": months})
        if expires is not None and expires < today:
            self.add("evidence_expired", {"expires_on": expires})
