"""All rules of a definition, compiled: the one walk that the loader's checks, the checker and the scoring share.

    compiled = compile_rules(definition)                       # DefinitionError with every fault
    compiled.rule("form.section[0].fields[3].show_if")         # Expression, or None where there is no such rule
    compiled.form                                              # Scope of the form
    compiled.inside["form.section[0].fields[3]"]               # Scope inside a group or one row of a rows field
    compiled.order[""]                                         # paths of the form's fields, each after those that it needs
    compiled.order["form.section[0].fields[3]"]                # the same for the fields inside a group or row

Rules stand under the path of their owner followed by their key: `<section>.show_if`, `<field>.show_if|required|rule|checks[i].rule|
row_checks[i].rule`, `form.check[i].rule`, `<evidence>.show_if|required|roles[i].required`, `<criterion>.applies_if|bands[i].when|
anchors_when[i].when`, `criteria.gate[i].when`. A `required` that is a plain truth value is no rule.

Scopes: a field's `show_if`, `required`, `checks` and computed `rule` see what stands beside it. The `checks` of a group and the `row_checks`
of rows see the fields inside as well. "Needs" means: reads in `show_if` (its section's included) or in a computed rule, also deeper inside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ovop.contract import vocabulary as v
from ovop.contract.derived import rule_of
from ovop.contract.errors import DefinitionError, Fault
from ovop.contract.places import FORM, criteria_of, evidence_of, gates_of, sections_of
from ovop.contract.rules.expressions import Expression, FormScope, RuleError, Scope
from ovop.contract.rules.variables import variables_of


@dataclass(frozen=True)
class CompiledRules:
    """The rules of a definition by path, the scopes they live in, and the order in which fields are evaluated."""

    form: Scope
    rules: Mapping[str, Expression]
    inside: Mapping[str, Scope]
    order: Mapping[str, tuple[str, ...]]

    def rule(self, path: str) -> Expression | None:
        """The rule at a path, None where there is none."""
        return self.rules.get(path)


def compile_rules(definition: v.Definition) -> CompiledRules:
    """Compile every rule of a definition; DefinitionError carries all faults, also circles between fields."""
    compiler = _Compiler(FormScope(definition).form)
    compiler.form_rules(definition.form)
    compiler.criteria_rules(definition)
    order = {} if compiler.faults else compiler.ordered(definition.form)
    if compiler.faults:
        raise DefinitionError(compiler.faults)
    return CompiledRules(compiler.scope, compiler.rules, compiler.inside, order)


@dataclass
class _Node:
    """A field among its neighbours: the names that it needs, gathered from its rules and from those inside it."""

    path: str
    names: frozenset[str]
    needs: set[str] = field(default_factory=set)


class _Compiler:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.rules: dict[str, Expression] = {}
        self.inside: dict[str, Scope] = {}
        self.faults: list[Fault] = []

    def add(self, path: str, text: object, scope: Scope, expects: v.ComputedType = "boolean") -> None:
        """Compile the text at a path if there is a rule; a truth value or nothing is none."""
        if not isinstance(text, str):
            return
        try:
            self.rules[path] = scope.compile(text, expects)
        except RuleError as error:
            self.faults.extend(
                Fault(path=path, reason=fault.reason, caret=fault.caret, offset=fault.line - 1)
                for fault in error.faults
            )

    def form_rules(self, form: v.Form) -> None:
        for path, section in sections_of(form):
            self.add(f"{path}.show_if", section.show_if, self.scope)
            self.fields(path, section.fields, self.scope)
        for path, evidence in evidence_of(form):
            self.add(f"{path}.show_if", evidence.show_if, self.scope)
            self.add(f"{path}.required", evidence.required, self.scope)
            for index, role in enumerate(evidence.roles):
                self.add(f"{path}.roles[{index}].required", role.required, self.scope)
        self.checks(f"{FORM}.check", form.checks, self.scope)

    def fields(self, path: str, fields: Sequence[v.Field], scope: Scope) -> None:
        for index, spec in enumerate(fields):
            self.field(f"{path}.fields[{index}]", spec, scope)

    def field(self, path: str, spec: v.Field, scope: Scope) -> None:
        self.add(f"{path}.show_if", spec.show_if, scope)
        self.add(f"{path}.required", spec.required, scope)
        if isinstance(spec, v.ComputedField):
            self.add(f"{path}.rule", rule_of(spec), scope, spec.result)
        inner = scope
        if isinstance(spec, v.GroupField | v.RowsField):
            inner = self.inside[path] = scope.inside(spec)
            self.fields(path, spec.fields, inner)
        self.checks(f"{path}.checks", spec.checks, inner if isinstance(spec, v.GroupField) else scope)
        if isinstance(spec, v.RowsField):
            self.checks(f"{path}.row_checks", spec.row_checks, inner)

    def checks(self, path: str, checks: Iterable[v.Check], scope: Scope) -> None:
        for index, check in enumerate(checks):
            self.add(f"{path}[{index}].rule", check.rule, scope)

    def criteria_rules(self, definition: v.Definition) -> None:
        for path, criterion in criteria_of(definition.rubric):
            self.add(f"{path}.applies_if", criterion.applies_if, self.scope)
            for index, band in enumerate(criterion.bands):
                self.add(f"{path}.bands[{index}].when", band.when, self.scope)
            for index, anchors in enumerate(criterion.anchors_when):
                self.add(f"{path}.anchors_when[{index}].when", anchors.when, self.scope)
        for path, gate in gates_of(definition):
            self.add(f"{path}.when", gate.when, self.scope)

    def ordered(self, form: v.Form) -> dict[str, tuple[str, ...]]:
        """The order of evaluation of the form and of every group and row in it; circles become faults."""
        orders: dict[str, tuple[str, ...]] = {}
        nodes: list[_Node] = []
        for path, section in sections_of(form):
            shown = self.needs_of(f"{path}.show_if")
            nodes += [self.node(child, spec, shown) for child, spec in _listed(path, section.fields)]
            for child, spec in _listed(path, section.fields):
                self.order_inside(child, spec, orders)
        orders[""] = self.order(nodes)
        return orders

    def order_inside(self, path: str, spec: v.Field, orders: dict[str, tuple[str, ...]]) -> None:
        if isinstance(spec, v.GroupField | v.RowsField):
            orders[path] = self.order(
                [self.node(child, inner) for child, inner in _listed(path, spec.fields)]
            )
            for child, inner in _listed(path, spec.fields):
                self.order_inside(child, inner, orders)

    def node(self, path: str, spec: v.Field, shown: Iterable[str] = ()) -> _Node:
        names = frozenset(name for name, _ in variables_of([spec]))
        return _Node(path, names, {*shown, *self.field_needs(path, spec)})

    def field_needs(self, path: str, spec: v.Field) -> set[str]:
        needs = self.needs_of(f"{path}.show_if") | self.needs_of(f"{path}.rule")
        if isinstance(spec, v.GroupField | v.RowsField):
            own = {name for name, _ in variables_of(spec.fields)}
            for child, inner in _listed(path, spec.fields):
                needs |= self.field_needs(child, inner) - own
        return needs

    def needs_of(self, path: str) -> set[str]:
        """First words of the names that a rule reads: `size` for `size.length`."""
        rule = self.rules.get(path)
        return {name.split(".")[0] for name in rule.references | rule.asked} if rule else set()

    def order(self, nodes: Sequence[_Node]) -> tuple[str, ...]:
        owner = {name: node for node in nodes for name in node.names}
        done: dict[str, None] = {}
        walking: list[_Node] = []

        def visit(node: _Node) -> None:
            if node.path in done:
                return
            if node in walking:
                self.faults.append(_circle([*walking[walking.index(node) :], node]))
                return
            walking.append(node)
            for needed in sorted(node.needs & owner.keys()):
                visit(owner[needed])
            walking.pop()
            done[node.path] = None

        for node in nodes:
            visit(node)
        return tuple(done)


def _listed(path: str, fields: Sequence[v.Field]) -> Iterator[tuple[str, v.Field]]:
    for index, spec in enumerate(fields):
        yield f"{path}.fields[{index}]", spec


def _circle(nodes: Sequence[_Node]) -> Fault:
    names = " → ".join(min(node.names, key=len) for node in nodes)
    return Fault(
        path=nodes[0].path,
        reason=v.Text(
            f"isian saling menunggu: {names}; hapus salah satu rujukan.",
            f"fields wait for each other in a circle: {names}; remove one of the references.",
        ),
    )
