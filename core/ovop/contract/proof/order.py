"""In which order a proof takes the fields that stand together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ovop.contract.reading.plan import FieldPlan, FieldsPlan
from ovop.contract.rules.expressions import Expression
from ovop.contract.vocabulary import GroupField


class NotProvable(Exception):
    """The form has something for which no proof is written; its answers always go the careful way."""


def names_of(rules: Iterable[Expression | bool | None]) -> set[str]:
    """The names that rules read or ask for."""
    return {name for rule in rules if isinstance(rule, Expression) for name in rule.references | rule.asked}


def rules_inside(plan: FieldsPlan) -> Iterator[Expression | bool | None]:
    """All rules of the fields that stand together, and of those inside them."""
    for field in plan.fields:
        yield from (field.show_if, field.computed, field.required)
        yield from (check.rule for check in (*field.checks, *field.row_checks))
        if field.inside is not None:
            yield from rules_inside(field.inside)


def ordered(
    fields: Sequence[FieldPlan], shown: Sequence[Expression | None], groups: frozenset[str] = frozenset()
) -> list[FieldPlan]:
    """Each field behind those that it needs; groups and rows are judged at once, so they need what their inner rules read.

    `shown` has the conditions of the sections by number, `groups` the ids of the groups around, by which rules may name a neighbour.
    NotProvable where fields wait for each other.
    """
    owners = {
        name: field for field in fields for name in (field.id, field.other_key, field.parts_key) if name
    }
    done: dict[int, FieldPlan] = {}
    waiting: set[int] = set()

    def visit(field: FieldPlan) -> None:
        if field.place in done:
            return
        if field.place in waiting:
            raise NotProvable(f"{field.id} waits for itself")
        waiting.add(field.place)
        for needed in sorted(_needs(field, shown, groups)):
            if needed in owners:
                visit(owners[needed])
        done[field.place] = field

    for field in fields:
        visit(field)
    return list(done.values())


def _needs(field: FieldPlan, shown: Sequence[Expression | None], groups: frozenset[str]) -> set[str]:
    rules: list[Expression | bool | None] = [field.show_if, field.computed]
    if field.section >= 0:
        rules.append(shown[field.section])
    own: set[str] = set()
    if field.inside is not None:
        rules += rules_inside(field.inside)
        own = {name for inner in field.inside.fields for name in (inner.id, inner.other_key, inner.parts_key)}
        if isinstance(field.spec, GroupField):
            rules += [field.required, *(check.rule for check in field.checks)]
            own.add(field.id)
        rules += [check.rule for check in field.row_checks]
    return {_first(name, groups) for name in names_of(rules)} - own


def _first(name: str, groups: frozenset[str]) -> str:
    first, _, rest = name.partition(".")
    return _first(rest, groups) if first in groups and rest else first
