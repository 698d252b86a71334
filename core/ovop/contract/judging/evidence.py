"""Findings about documents, photos and videos: are they there, of the right kind, numbered as they should be, and still good today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ovop.contract.judging.files import FileFault, file_tests
from ovop.contract.judging.judge import Judge
from ovop.contract.judging.messages import Arguments, within
from ovop.contract.reading.plan import EvidencePlan, RolePlan
from ovop.contract.reading.record import Proven, Record
from ovop.contract.vocabulary import EvidenceItem, Severity, Text


class EvidenceJudge:
    """Judges one kind of evidence of a definition; made once, it holds nothing of a submission."""

    def __init__(self, plan: EvidencePlan) -> None:
        self.plan = plan
        self.spec = plan.spec
        self.fewest = max(plan.spec.min_files, 1)
        self.tests = {partial: file_tests(plan.spec, in_draft=partial) for partial in (False, True)}

    def judge(self, judge: Judge, form: Record | Proven, items: Sequence[EvidenceItem]) -> None:
        """Add the findings about all files that were handed in as this evidence."""
        plan, spec = self.plan, self.spec
        if plan.show_if is not None and not form.holds(plan.show_if):
            return
        if not judge.partial:
            self._presence(judge, form, items)
        if len(items) > spec.max_files:
            self._add(judge, "too_many", spec.label, {"actual": len(items), "maximum": spec.max_files})
        tests, today = self.tests[judge.partial], judge.context.today
        for number, item in enumerate(items, start=1):
            for test in tests:
                for fault in test(item, today):
                    self._fault(judge, fault, number, alone=len(items) == 1)

    def _fault(self, judge: Judge, fault: FileFault, number: int, *, alone: bool) -> None:
        """Files count from 1; the number is left out of the words where there is only one."""
        where = (
            self.spec.label if alone else within(self.spec.label, Text(f"berkas {number}", f"file {number}"))
        )
        at = f"[#{number}]"
        self._add(
            judge, fault.code, where, fault.arguments, at=at, variant=fault.variant, severity=fault.severity
        )

    def _presence(self, judge: Judge, form: Record | Proven, items: Sequence[EvidenceItem]) -> None:
        """Is there enough? A role that lacks pictures is named; files that only a higher total needs are only mentioned."""
        spec = self.spec
        if not form.holds(self.plan.required):
            wanted = bool(items)  # begun: what is there has to be whole
        elif spec.needed_from_points is not None:
            wanted = bool(items)
            if not items:
                points = {"points": spec.needed_from_points}
                self._add(
                    judge, "evidence_missing", spec.label, points, variant="later", severity=Severity.INFO
                )
        else:
            wanted = True
        if not wanted:
            return
        short = self._roles(judge, form, items) if self.plan.roles else 0
        if len(items) + short >= self.fewest:
            return
        if not items and not short:
            self._add(judge, "evidence_missing", spec.label, {})
        else:
            self._add(judge, "too_few", spec.label, {"actual": len(items), "minimum": spec.min_files})

    def _roles(self, judge: Judge, form: Record | Proven, items: Iterable[EvidenceItem]) -> int:
        """How many files the roles lack, after saying so."""
        there = [item.role for item in items]
        return sum(
            self._role(judge, plan, there.count(plan.role.id))
            for plan in self.plan.roles
            if there.count(plan.role.id) < plan.role.minimum and form.holds(plan.required)
        )

    def _role(self, judge: Judge, plan: RolePlan, there: int) -> int:
        role = plan.role
        count: Arguments = {"role": role.label, "actual": there, "minimum": role.minimum}
        self._add(judge, "evidence_missing", self.spec.label, count, at=f"[{role.id}]", variant="role")
        return role.minimum - there

    def _add(
        self,
        judge: Judge,
        code: str,
        where: Text,
        arguments: Arguments,
        *,
        at: str = "",
        variant: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Add a finding; `at` is the role or file in the path."""
        path = f"evidence.{self.spec.id}{at}"
        judge.add(code, path, where, self.spec.section, arguments, variant=variant, severity=severity)
