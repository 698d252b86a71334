"""A form made ready for checking: for each field its reader, its rules and the fields inside it, looked up once per definition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ovop.contract import vocabulary as v
from ovop.contract.places import FORM, evidence_of, sections_of
from ovop.contract.reading.flaws import Reader
from ovop.contract.reading.normalise import compile_reader
from ovop.contract.rules.compiled import CompiledRules
from ovop.contract.rules.expressions import Expression, Scope

OtherOptions = Mapping[str, v.Text]


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """A check of the definition with its compiled rule."""

    rule: Expression
    check: v.Check


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One field. `place` counts its neighbours in form order; `other` maps the options that ask for a text to their labels."""

    id: str
    place: int
    spec: v.Field
    reader: Reader | None
    show_if: Expression | None
    required: bool | Expression
    checks: tuple[CheckPlan, ...]
    row_checks: tuple[CheckPlan, ...] = ()
    computed: Expression | None = None
    other: OtherOptions = field(default_factory=dict)
    other_key: str = ""
    parts_key: str = ""
    inside: FieldsPlan | None = None
    section: int = -1
    """Number of the section of a field of the form; -1 inside groups and rows."""

    @property
    def is_ruled(self) -> bool:
        """Whether a rule stands at this field or inside it."""
        rules = (self.show_if, self.computed, self.checks, self.row_checks)
        own = any(rules) or not isinstance(self.required, bool)
        return own or (self.inside is not None and self.inside.is_ruled)


@dataclass(frozen=True, slots=True)
class FieldsPlan:
    """Fields that stand together: those of the form, of a group or of a row. `order` puts each after those that it needs."""

    fields: tuple[FieldPlan, ...]
    order: tuple[FieldPlan, ...]
    known: frozenset[str]
    by_id: Mapping[str, FieldPlan]
    scope: Scope
    is_ruled: bool
    """Whether any rule is judged inside; where none is, rows need no variables of their own."""


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A section, its fields (as places in the form's plan) and the evidence that belongs to it."""

    id: str
    show_if: Expression | None
    fields: tuple[FieldPlan, ...]
    evidence: tuple[EvidencePlan, ...]


@dataclass(frozen=True, slots=True)
class RolePlan:
    """A picture or document that must be there on its own."""

    role: v.EvidenceRole
    required: bool | Expression


@dataclass(frozen=True, slots=True)
class EvidencePlan:
    """Evidence with its rules."""

    spec: v.Evidence
    show_if: Expression | None
    required: bool | Expression
    roles: tuple[RolePlan, ...]


@dataclass(frozen=True, slots=True)
class FormPlan:
    """A whole form."""

    fields: FieldsPlan
    sections: tuple[SectionPlan, ...]
    checks: tuple[CheckPlan, ...]
    file_fields: frozenset[str]
    """Ids of the fields, at any depth, that are answered by a file."""


def plan_form(definition: v.Definition, rules: CompiledRules) -> FormPlan:
    """The plan of a definition whose rules are compiled."""
    planner = _Planner(rules, {item.id: item for item in definition.code_lists})
    fields: list[FieldPlan] = []
    sections: list[SectionPlan] = []
    evidence = [(item, planner.evidence(path, item)) for path, item in evidence_of(definition.form)]
    for number, (path, section) in enumerate(sections_of(definition.form)):
        own = planner.fields(path, section.fields, len(fields), number)
        fields += own
        backing = tuple(plan for item, plan in evidence if item.section == section.id)
        sections.append(SectionPlan(section.id, rules.rule(f"{path}.show_if"), tuple(own), backing))
    return FormPlan(
        fields=planner.together("", fields, rules.form),
        sections=tuple(sections),
        checks=planner.checks(f"{FORM}.check", definition.form.checks),
        file_fields=frozenset(_file_ids(fields)),
    )


def _file_ids(fields: Iterable[FieldPlan]) -> Iterable[str]:
    for plan in fields:
        if isinstance(plan.spec, v.FileField):
            yield plan.id
        if plan.inside is not None:
            yield from _file_ids(plan.inside.fields)


class _Planner:
    def __init__(self, rules: CompiledRules, code_lists: Mapping[str, v.CodeList]) -> None:
        self.rules = rules
        self.code_lists = code_lists
        self.paths: dict[str, FieldPlan] = {}

    def fields(
        self, path: str, specs: Sequence[v.Field], first: int = 0, section: int = -1
    ) -> list[FieldPlan]:
        return [
            self.field(f"{path}.fields[{index}]", spec, first + index, section)
            for index, spec in enumerate(specs)
        ]

    def field(self, path: str, spec: v.Field, place: int, section: int) -> FieldPlan:
        inside = None
        if isinstance(spec, v.GroupField | v.RowsField):
            inside = self.together(path, self.fields(path, spec.fields), self.rules.inside[path])
            if spec.checks or (isinstance(spec, v.RowsField) and spec.row_checks):
                inside = replace(inside, is_ruled=True)
        other = other_options(spec)
        decoded = isinstance(spec, v.IdentifierField) and bool(spec.parts)
        plan = FieldPlan(
            id=spec.id,
            place=place,
            spec=spec,
            reader=compile_reader(spec, self.code_lists),
            show_if=self.rules.rule(f"{path}.show_if"),
            required=self.required(path, spec.required),
            checks=self.checks(f"{path}.checks", spec.checks),
            row_checks=self.checks(f"{path}.row_checks", spec.row_checks)
            if isinstance(spec, v.RowsField)
            else (),
            computed=self.rules.rule(f"{path}.rule"),
            other=other,
            other_key=f"{spec.id}_other" if other else "",
            parts_key=f"{spec.id}_parts" if decoded else "",
            inside=inside,
            section=section,
        )
        self.paths[path] = plan
        return plan

    def together(self, path: str, fields: Sequence[FieldPlan], scope: Scope) -> FieldsPlan:
        sent = [plan for plan in fields if plan.computed is None]
        return FieldsPlan(
            fields=tuple(fields),
            order=tuple(self.paths[inner] for inner in self.rules.order[path]),
            known=frozenset(plan.id for plan in sent) | {plan.other_key for plan in sent if plan.other},
            by_id={plan.id: plan for plan in fields},
            scope=scope,
            is_ruled=any(plan.is_ruled for plan in fields),
        )

    def required(self, path: str, given: bool | str) -> bool | Expression:
        return self.rules.rule(f"{path}.required") or given is True

    def checks(self, path: str, checks: Sequence[v.Check]) -> tuple[CheckPlan, ...]:
        return tuple(
            CheckPlan(self.rules.rules[f"{path}[{index}].rule"], check) for index, check in enumerate(checks)
        )

    def evidence(self, path: str, spec: v.Evidence) -> EvidencePlan:
        roles = tuple(
            RolePlan(role, self.required(f"{path}.roles[{index}]", role.required))
            for index, role in enumerate(spec.roles)
        )
        return EvidencePlan(
            spec, self.rules.rule(f"{path}.show_if"), self.required(path, spec.required), roles
        )


def other_options(spec: v.Field) -> OtherOptions:
    """The options of a field that ask for a text beside them, with their labels."""
    if isinstance(spec, v.SelectField | v.MultiSelectField):
        return {option.value: option.label for option in spec.options if option.other}
    return {}
