"""Rules in a proof: where their names are found, and how they stand among the lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ovop.contract.proof.order import NotProvable
from ovop.contract.proof.source import Source
from ovop.contract.reading.plan import CheckPlan, FieldPlan, FieldsPlan
from ovop.contract.reading.record import Note, Spot
from ovop.contract.rules.arithmetic import FAILURES
from ovop.contract.rules.bindings import UNDETERMINED, Undetermined
from ovop.contract.rules.expressions import Expression
from ovop.contract.rules.functions import lacks_limit
from ovop.contract.rules.syntax import NotRead
from ovop.contract.rules.variables import CelValue, Variable
from ovop.contract.vocabulary import GroupField

SURROUNDINGS = ("facts.", "evidence.")


class Container:
    """The form, a group or one row while its lines are written; finds the local variable of a name, here or in what is around.

    `around` are the fields from the form down to it, `indexes` the variables that number the rows on the way.
    """

    def __init__(
        self, number: int, plan: FieldsPlan, parent: Container | None, field: FieldPlan | None = None
    ) -> None:
        self.number = number
        self.plan = plan
        self.parent = parent
        self.group = field.id if field is not None and isinstance(field.spec, GroupField) else ""
        self.around: tuple[FieldPlan, ...] = (*parent.around, field) if parent and field else ()
        self.indexes: tuple[str, ...] = parent.indexes if parent else ()
        if field is not None and not self.group:
            self.indexes += (f"index{number}",)
        self.names = plan.scope.names
        self._roots = {root for f in plan.fields for root in (f.id, f.other_key, f.parts_key) if root}

    def local(self, name: str) -> str:
        """The variable of a name, which is None while the name has no value."""
        if name.startswith(SURROUNDINGS):
            return f"around_{_mangled(name)}"
        first, _, rest = name.partition(".")
        container: Container | None = self
        while container is not None and first not in container._roots:
            if container.group == first:
                return container.local(rest)  # named by the group in which we are
            container = container.parent
        if container is None:
            raise NotProvable(name)
        return f"v{container.number}_{_mangled(name)}"

    @property
    def groups(self) -> frozenset[str]:
        """The ids of the groups in which this stands, itself included."""
        around = self.parent.groups if self.parent else frozenset()
        return around | {self.group} if self.group else around


def _mangled(name: str) -> str:
    return name.replace(".", "_DOT_")


class RuleWriter:
    """Writes rules into a proof."""

    def __init__(self, source: Source) -> None:
        self.source = source
        source.namespace |= {"FAILURES": FAILURES, "UNDETERMINED": UNDETERMINED, "lacks_limit": lacks_limit}
        source.namespace |= {"holds": _holds, "outcome": _outcome, "Note": Note}

    def python(self, rule: Expression, place: Container) -> tuple[str, bool]:
        """A rule as Python, and whether it may fail; what only the engine knows is a call of it."""

        def name_of(name: str) -> str:
            if name.startswith("answered."):
                return f"({place.local(name.removeprefix('answered.'))} is not None)"
            variable = place.names[name]
            return (
                place.local(name)
                if variable.single
                else f"({place.local(name)} or {self._default(variable)})"
            )

        try:
            made = rule.python(name_of)
        except NotRead:
            run = self.source.constant("engine", rule.run)
            return f"{run}({', '.join(map(name_of, rule.parameters))})", True
        return made.source, made.fails

    def holds(self, rule: Expression | bool | None, place: Container) -> str:
        """Python for whether a rule is true; one without a result is not."""
        if not isinstance(rule, Expression):
            return str(rule is True)
        source, fails = self.python(rule, place)
        return " and ".join([*self._determined(rule, place), f"holds(lambda: {source})" if fails else source])

    def outcome(self, rule: Expression, place: Container, *, in_draft: bool) -> str:
        """Python for the value of a rule, or for why it has none; `in_draft`: also in a draft that lacks something of what it reads."""
        source, fails = self.python(rule, place)
        if fails:
            source = f"outcome(lambda: {source})"
        conditions = self._determined(rule, place) if in_draft else self._ready(rule, place)
        return f"({source} if {' and '.join(conditions)} else UNDETERMINED)" if conditions else source

    def value(self, rule: Expression, place: Container, field: FieldPlan) -> None:
        """Give a computed field its value, if it has one."""
        target = place.local(field.id)
        source, fails = self.python(rule, place)
        with self.source.under(*self._determined(rule, place)):
            if not fails:
                self.source.put(f"{target} = {source}")
                return
            with self.source.block("try:"):
                self.source.put(f"{target} = {source}")
            self._by_hand(Spot((*place.around, field), computed=True), place)

    def checks(self, checks: Iterable[CheckPlan], place: Container, spot: Spot, *conditions: str) -> None:
        """Note the checks that do not hold."""
        for check in checks:
            here = spot._replace(check=check)
            source, fails = self.python(check.rule, place)
            ready = [*conditions, *self._ready(check.rule, place)]
            if not fails:
                self.note(here, place, *ready, f"not {source}")
                continue
            with self.source.under(*ready):
                with self.source.block("try:"):
                    self.note(here, place, f"not {source}")
                self._by_hand(here, place)

    def note(self, spot: Spot, place: Container, *conditions: str, by_hand: bool = False) -> None:
        """Note something where all conditions hold."""
        with self.source.under(*conditions):
            rows = "".join(f"{index}, " for index in place.indexes)
            self.source.put(f"notes.append(Note({self.source.constant('spot', spot)}, ({rows}), {by_hand}))")

    def _by_hand(self, spot: Spot, place: Container) -> None:
        """A rule that failed for want of a limit must lead to a check by hand, not to silence."""
        with self.source.block("except FAILURES as failure:"):
            self.note(spot, place, "lacks_limit(str(failure))", by_hand=True)

    def _determined(self, rule: Expression, place: Container) -> list[str]:
        """Conditions on which a rule is evaluated at all."""
        return [f"{place.local(name)} is not None" for name in rule.needed]

    def _ready(self, rule: Expression, place: Container) -> list[str]:
        """The same for what is not judged in a draft while anything that it reads is missing."""
        lists = sorted(rule.references.difference(rule.needed))
        return [
            *self._determined(rule, place),
            *(f"({place.local(name)} is not None or not partial)" for name in lists),
        ]

    def _default(self, variable: Variable) -> str:
        return "()" if variable.members is None else self.source.constant("blank", variable.default)


def _holds(evaluate: Callable[[], CelValue]) -> bool:
    try:
        return evaluate() is True
    except FAILURES:
        return False


def _outcome(evaluate: Callable[[], CelValue]) -> CelValue | Undetermined:
    try:
        return evaluate()
    except FAILURES as failure:
        return Undetermined(str(failure))
