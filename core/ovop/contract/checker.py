"""Answers held against a definition: every finding at once, in the order of the form.

A definition is compiled once (`compile_checker`) and the checker is then used for every submission of its commodity. Checking never
raises, whatever JSON the answers are made of, and reads nothing but its arguments: the same answers, evidence and facts always give the
same findings.

How missing answers count: a rule that reads a single-valued field without an answer is undetermined (hidden, not required, check skipped,
gate without effect). The checks of a field are judged only when the field itself has an answer. A faulty answer counts as missing, but
without asking for it again. Where a limit table has no row for a rule, the finding `check_by_hand` says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from ovop.contract.derived import derived_fields, typed
from ovop.contract.judging.changes import Change, changes
from ovop.contract.judging.evidence import EvidenceJudge
from ovop.contract.judging.judge import WHOLE_FORM, Judge, lacks_limit
from ovop.contract.judging.noted import tell
from ovop.contract.judging.survey import Survey
from ovop.contract.places import gates_of
from ovop.contract.proof.form import Prove, proof_of
from ovop.contract.proof.order import names_of
from ovop.contract.reading.flaws import SEVERAL_PARTS
from ovop.contract.reading.plan import CheckPlan, FieldPlan, plan_form
from ovop.contract.reading.record import Answered, Proven, Record
from ovop.contract.reading.surroundings import Surroundings
from ovop.contract.rules.bindings import Undetermined
from ovop.contract.rules.compiled import CompiledRules, compile_rules
from ovop.contract.rules.expressions import Expression
from ovop.contract.rules.variables import CelValue
from ovop.contract.vocabulary import (
    Definition,
    EvidenceItem,
    Field,
    Finding,
    Gate,
    GateEffect,
    Severity,
    Text,
)

__all__ = ["Change", "Checker", "Evaluation", "GateResult", "compile_checker"]

_INDEX = re.compile(r"\[[^\]]*\]")


class GateResult(Struct, frozen=True, kw_only=True):
    """How one gate stands. It acts only where its rule is true; `determined` is False where an answer that it reads is missing."""

    id: str
    acts: bool
    determined: bool
    effect: GateEffect
    message: Text
    remedy: Text
    cap_points: float | None = None
    sections: tuple[str, ...] = ()
    legal_basis: str = ""


class Evaluation(Struct, frozen=True, kw_only=True):
    """All that follows from answers: findings, computed values by path, what is shown and required, and the gates."""

    findings: tuple[Finding, ...]
    computed: Mapping[str, CelValue]
    visible: frozenset[str]
    required: frozenset[str]
    gates: tuple[GateResult, ...]


class Checker:
    """Checks submissions of one definition. Holds no state between calls and may be shared between threads."""

    def __init__(self, definition: Definition, rules: CompiledRules) -> None:
        self.definition = definition
        self.rules = rules
        self.plan = plan_form(definition, rules)
        self._gates = tuple((gate, rules.rules[f"{path}.when"]) for path, gate in gates_of(definition))
        self._section_ids = tuple(section.id for section in definition.form.sections)
        self._evidence = {
            section.id: [EvidenceJudge(e) for e in section.evidence] for section in self.plan.sections
        }
        self._evidence_sections = {item.id: item.section for item in definition.form.evidence}
        self._known_evidence = self._evidence_sections.keys() | self.plan.file_fields | {""}
        self._owners = {
            name: self._section_ids[field.section]
            for field in self.plan.fields.fields
            for name in (field.id, field.other_key, field.parts_key)
            if name
        }
        self._derived = derived_fields(definition)
        self._names_read = frozenset(names_of(rules.rules.values()))
        self._form_checks = tuple((self._section_of_rule(check), (check,)) for check in self.plan.checks)

    def read(
        self,
        answers: object,
        evidence: Iterable[EvidenceItem] = (),
        facts: Mapping[str, object] | None = None,
    ) -> Answered:
        """Answers read against the form, before they are judged; anything but an object reads as no answers."""
        return self._read(answers, self.around(evidence, facts))

    def check(
        self,
        answers: object,
        evidence: Iterable[EvidenceItem] = (),
        facts: Mapping[str, object] | None = None,
        *,
        partial: bool = False,
    ) -> list[Finding]:
        """All findings in form order. `partial` is for drafts: it leaves out what is only missing still."""
        around = self.around(evidence, facts)
        proven = self.prove(answers, around.context, around.values, partial)
        if proven is not None:
            return self._findings(proven, proven.shown, around, partial=partial)
        return self._careful_findings(answers, self._read(answers, around), partial=partial)

    def evaluate(
        self,
        answers: object,
        evidence: Iterable[EvidenceItem] = (),
        facts: Mapping[str, object] | None = None,
        *,
        partial: bool = False,
    ) -> Evaluation:
        """The findings and what else follows from the answers: computed values, visible and required fields, gates."""
        answered = self.read(answers, evidence, facts)
        gates = self.gates(answered)
        survey = Survey(self.plan, answered)
        return Evaluation(
            findings=tuple(self._careful_findings(answers, answered, partial=partial)),
            computed=survey.computed,
            visible=frozenset(survey.visible),
            required=frozenset(survey.required),
            gates=gates,
        )

    def gates(self, answered: Answered) -> tuple[GateResult, ...]:
        """How every gate stands on these answers; gates are judged anew each time, so an edit may clear one."""
        return tuple(_gate_result(gate, answered.form.evaluate(rule)) for gate, rule in self._gates)

    def field(self, path: str) -> Field | None:
        """The field at a path such as `dyes[2].dose` or `piece_size.length`; None for evidence and unknown paths."""
        plan = self._field_plan(path)
        return None if plan is None else plan.spec

    def section_of(self, path: str) -> str:
        """The id of the section in which a path stands, evidence included; "" where there is none."""
        first, _, rest = path.partition(".")
        if first == "evidence":
            return self._evidence_sections.get(_INDEX.sub("", rest).partition(".")[0], "")
        return self._owners.get(_INDEX.sub("", first), "")

    def diff(self, old_answers: object, new_answers: object) -> list[Change]:
        """What changed between two sets of answers, in form order."""
        old = old_answers if isinstance(old_answers, dict) else {}
        new = new_answers if isinstance(new_answers, dict) else {}
        return changes(self.plan, old, new)

    def _field_plan(self, path: str) -> FieldPlan | None:
        fields = self.plan.fields.by_id
        found: FieldPlan | None = None
        for name in _INDEX.sub("", path).split("."):
            if found is not None and found.inside is None:
                return found  # a part of the answer, such as the length of a size
            found = fields.get(name) or next(
                (plan for plan in fields.values() if plan.other_key == name), None
            )
            if found is None:
                return None
            fields = found.inside.by_id if found.inside else {}
        return found

    def around(self, evidence: Iterable[EvidenceItem], facts: Mapping[str, object] | None) -> Surroundings:
        given = facts or {}
        return Surroundings(
            self._names_read, evidence, typed(self._derived, given) if self._derived else given
        )

    def _read(self, answers: object, around: Surroundings) -> Answered:
        return Answered(self.plan, answers if isinstance(answers, dict) else {}, around)

    @cached_property
    def prove(self) -> Prove:
        evidence = [plan for section in self.plan.sections for plan in section.evidence]
        conditions = [
            rule
            for plan in evidence
            for rule in (plan.show_if, plan.required, *(role.required for role in plan.roles))
            if isinstance(rule, Expression)
        ]
        judged = [*(check.rule for check in self.plan.checks), *(rule for _, rule in self._gates)]
        return proof_of(self.plan, conditions, judged, self.definition.code_lists)

    def _careful_findings(self, answers: object, answered: Answered, *, partial: bool) -> list[Finding]:
        return self._findings(
            answered.form,
            answered.shown,
            answered.surroundings,
            partial=partial,
            whole=isinstance(answers, dict),
        )

    def _findings(
        self,
        form: Record | Proven,
        shown: Sequence[bool],
        around: Surroundings,
        *,
        partial: bool,
        whole: bool = True,
    ) -> list[Finding]:
        """All findings; answers that are proven to be sound are not looked at again, only what rules say about them."""
        judge = Judge(around.context, partial=partial)
        if not whole:
            judge.add("wrong_type", "", WHOLE_FORM, "", {"expected": SEVERAL_PARTS})
        for section, is_shown in zip(self.plan.sections, shown, strict=True):
            if is_shown:
                if isinstance(form, Record):
                    judge.fields(section.fields, form, "", None, section.id)
                elif form.notes:
                    tell(judge, [n for n in form.notes if n.spot.fields[0] in section.fields], section.id)
                for evidence in self._evidence[section.id]:
                    evidence.judge(judge, form, around.evidence.get(evidence.spec.id, ()))
        if isinstance(form, Record) and form.raw.keys() - form.plan.known:
            judge.unknown(form, "", "")
        self._unknown_evidence(judge, around)
        for section_id, checks in self._form_checks:
            judge.checks(checks, form, "", None, None, section_id)
        self._gate_findings(judge, form)
        return judge.findings

    def _unknown_evidence(self, judge: Judge, around: Surroundings) -> None:
        for name in around.evidence:
            if name not in self._known_evidence:
                judge.add(
                    "unknown_file",
                    f"evidence.{name}",
                    WHOLE_FORM,
                    "",
                    {"key": name},
                    variant="evidence",
                    severity=Severity.WARNING,
                )

    def _section_of_rule(self, check: CheckPlan) -> str:
        """The section whose fields a check of the form reads, where it is only one."""
        sections = {self.section_of(name) for name in check.rule.references if not name.startswith("facts.")}
        return sections.pop() if len(sections) == 1 else ""

    def _gate_findings(self, judge: Judge, form: Record | Proven) -> None:
        for gate, rule in self._gates:
            if judge.partial and not form.is_ready(rule):
                continue
            section = gate.sections[0] if gate.sections else ""
            value = form.evaluate(rule)
            if value is True:
                judge.findings.append(_gate_finding(gate, section))
            elif lacks_limit(value):
                where = Text(gate.id, gate.id)
                judge.add("check_by_hand", "", where, section, {}, severity=Severity.WARNING)


def compile_checker(definition: Definition) -> Checker:
    """The checker of a definition; DefinitionError with every fault of its rules. Takes some milliseconds: keep the result."""
    return Checker(definition, compile_rules(definition))


def _gate_result(gate: Gate, value: CelValue | Undetermined) -> GateResult:
    return GateResult(
        id=gate.id,
        acts=value is True,
        determined=isinstance(value, bool),
        effect=gate.effect,
        message=gate.message,
        remedy=gate.remedy,
        cap_points=gate.cap_points,
        sections=gate.sections,
        legal_basis=gate.legal_basis,
    )


def _gate_finding(gate: Gate, section: str) -> Finding:
    severity = Severity.WARNING if gate.effect is GateEffect.CAP else Severity.ERROR
    return Finding(
        path="",
        code=f"gate_{gate.id}",
        severity=severity,
        message=gate.message,
        remedy=gate.remedy,
        section=section,
    )
