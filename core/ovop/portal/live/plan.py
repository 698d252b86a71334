"""A form as scripts need it: its fields with what makes an answer good, its rules as trees, the order in which they are evaluated. Pure.

The plan is JSON with short keys, because phones load it; `static/live/reading.js` and `record.js` read it. A rule is `{"t": tree, "n": names that
must be answered, "r": names whose faulty answers make it undetermined}`, or true for what always holds, or 0 where only the server can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from ovop.contract import vocabulary as v
from ovop.contract.checker import Checker
from ovop.contract.reading.normalise import IDENTIFIER_LENGTH, REFERENCE_LENGTH
from ovop.contract.reading.parts import DURATION_UNITS
from ovop.contract.reading.plan import FieldPlan, FieldsPlan
from ovop.contract.rules.expressions import Expression, all_fields
from ovop.contract.rules.functions import grade_number
from ovop.contract.rules.syntax import NotRead
from ovop.contract.rules.variables import CelValue, Variable
from ovop.portal.live.trees import tree_of

Json: TypeAlias = "dict[str, Any]"


def plan_of(checker: Checker) -> Json:
    """The plan of a definition's form: sections, fields, evidence, limit tables and units."""
    plan, definition = checker.plan, checker.definition
    written = _Writer({listed.id: listed.items for listed in definition.code_lists})
    return {
        "fields": written.fields(plan.fields),
        "sections": [
            _some(
                id=section.id,
                s=written.rule(section.show_if),
                e=[
                    _some(
                        id=evidence.spec.id,
                        s=written.rule(evidence.show_if),
                        q=written.rule(evidence.required)
                        if evidence.spec.needed_from_points is None
                        else None,
                        roles=[
                            _some(id=role.role.id, q=written.rule(role.required)) for role in evidence.roles
                        ],
                    )
                    for evidence in section.evidence
                ],
            )
            for section in plan.sections
        ],
        "limits": {
            table.id: [[list(row.key), row.minimum, row.maximum, row.level] for row in table.rows]
            for table in definition.limit_tables
        },
        "units": [
            _units(field.units)
            for field in all_fields(spec for section in definition.form.sections for spec in section.fields)
            if isinstance(field, v.DecimalField | v.DimensionsField | v.ReadingField) and len(field.units) > 1
        ],
    }


def rule_of(rule: Expression) -> Json | int:
    """A rule for the browser; 0 where only the server can tell."""
    try:
        return {"t": tree_of(rule), "n": list(rule.needed), "r": sorted(rule.references | rule.asked)}
    except NotRead:
        return 0


class _Writer:
    def __init__(self, code_lists: Mapping[str, Sequence[v.Option]]) -> None:
        self.code_lists = code_lists

    def rule(self, rule: bool | Expression | None) -> Json | int | bool | None:
        if rule is None or rule is False:
            return None
        return True if rule is True else rule_of(rule)

    def fields(self, plan: FieldsPlan, around: Mapping[str, Variable] | None = None) -> Json:
        """Fields that stand together; `around` are the names of the scope in which they stand."""
        return {
            "all": [self.field(field, plan.scope.names) for field in plan.fields],
            "order": [field.place for field in plan.order],
            "vars": _variables(plan.scope.names, around or {}),
        }

    def field(self, field: FieldPlan, around: Mapping[str, Variable]) -> Json:
        inside = field.inside
        return _some(
            id=field.id,
            t=str(field.spec.__struct_config__.tag),
            sec=field.section if field.section >= 0 else None,
            s=self.rule(field.show_if),
            q=self.rule(field.required),
            c=self.rule(field.computed),
            o=sorted(field.other) or None,
            f=self.fields(inside, around) if inside else None,
            **self.limits(field.spec),
        )

    def limits(self, spec: v.Field) -> Json:
        """What makes an answer good, by type."""
        match spec:
            case v.TextField():
                return {"lo": spec.min_length, "hi": spec.max_length, "p": spec.pattern}
            case v.LongTextField():
                return {"lo": spec.min_length, "hi": spec.max_length}
            case v.IdentifierField():
                return {"lo": 1, "hi": IDENTIFIER_LENGTH, "p": spec.pattern, "g": dict(spec.parts) or None}
            case v.ReferenceField():
                return {"lo": 1, "hi": REFERENCE_LENGTH}
            case v.IntegerField() | v.MoneyField() | v.PercentField():
                return {"lo": spec.minimum, "hi": spec.maximum}
            case v.DecimalField():
                units = _units(spec.units) if len(spec.units) > 1 else None
                return {"lo": spec.minimum, "hi": spec.maximum, "u": units}
            case v.DateField():
                return {"na": spec.not_after_today or None, "nb": spec.not_before_today or None}
            case v.DurationField():
                days = [[code, factor, False] for code, factor in DURATION_UNITS.items()]
                return {"lo": spec.minimum_days or 0.0, "hi": spec.maximum_days, "u": days}
            case v.SelectField():
                return {"v": [option.value for option in spec.options]}
            case v.CodeField():
                items = self.code_lists.get(spec.code_list, ())
                return {"v": [item.value for item in items]}
            case v.MultiSelectField():
                exclusive = [option.value for option in spec.options if option.exclusive]
                values = [option.value for option in spec.options]
                return {"v": values, "x": exclusive or None, "lo": spec.min_items, "hi": spec.max_items}
            case v.ChecklistField():
                exclusive = [option.value for option in spec.options if option.exclusive]
                return {"v": [option.value for option in spec.options], "x": exclusive or None, "none": True}
            case v.GradeField():
                return {"v": {code: grade_number(code, spec.scale) for code in spec.scale}}
            case v.SeriesField():
                return {
                    "lo": spec.minimum,
                    "hi": spec.maximum,
                    "few": spec.min_items,
                    "many": spec.max_items,
                    "shows": [str(one) for one in spec.shows],
                }
            case v.FileField():
                return {"m": list(spec.media) or None}
            case v.DimensionsField():
                parts = [[part.id, part.minimum, part.maximum] for part in spec.parts]
                return {"u": _units(spec.units), "parts": parts}
            case v.ReadingField():
                categories = [option.value for option in spec.categories]
                return {"u": _units(spec.units), "v": categories or None}
            case v.SampleField():
                return {"lo": spec.minimum_count, "per": spec.perishable or None}
            case v.RowsField():
                return {"many": spec.max_rows}
            case v.ComputedField():
                return {"r": spec.result}
        return {}


def _units(units: Iterable[v.Unit]) -> list[list[object]]:
    return [[unit.code, unit.factor, unit.inverse] for unit in units]


def _variables(names: Mapping[str, Variable], around: Mapping[str, Variable]) -> Json:
    """What rules may read and is there without an answer too, or has to be completed: lists, groups, records; not those of the scope around."""
    return {
        name: _variable(variable)
        for name, variable in names.items()
        if around.get(name) != variable and (not variable.single or variable.members is not None)
    }


def _variable(variable: Variable) -> Json:
    members = {name: _variable(member) for name, member in (variable.members or {}).items()}
    item = variable.item if variable.item is not None and variable.item.members is not None else None
    return _some(d=_plain(variable.default), m=members or None, i=_variable(item) if item else None)


def _plain(value: CelValue) -> Any:
    """A default as JSON; the one day that is a default, in milliseconds since it, is 0."""
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, str | int | float | bool):
        return value
    return [] if isinstance(value, Sequence) else 0


def _some(**parts: Any) -> Json:
    return {key: part for key, part in parts.items() if part is not None}
