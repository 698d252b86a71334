"""Rules in CEL over the fields of a form; the only module that knows the CEL engine.

    scopes = FormScope(definition)                    # builds the environment once for a definition
    rule = scopes.form.compile("mass > 0.5")          # RuleError with line, column and caret if it cannot be right
    inner = scopes.form.inside(rows_or_group_field)   # the scope of one row, or of a group: its fields beside the form's

    bindings = scopes.form.bindings()                 # starts empty: nothing is answered
    bindings.put("mass", 0.7)                         # only answered, visible fields; stored unit; computed values too
    bindings.put("facts.today", datetime(2026, 10, 18, tzinfo=UTC))
    bindings.put("evidence.photos", [{"role": "front"}])   # leave out evidence without a file
    bindings.seal()                                   # nothing more will be put: later evaluations are cheaper
    one_row = inner.bindings(parent=bindings); one_row.put("dose", 2.0)

    rule.evaluate(bindings)                           # a Python value, or an Undetermined (test with isinstance)
    rule.references                                   # frozenset of names read: {"mass", "facts.today", "size.length", "evidence.photos"}
    rule.asked                                        # frozenset of names in answered('...')

Put what is answered and nothing else: no name, no answer. A list, set of rows, group or evidence that was not put reads as empty. A record
(row, group, dimensions, reading ...) is put as a dict of its answered members only: `put` fills in typed defaults for whole-row use and
binds each member that is there under its dotted name, so `size.length > 2.0` is undetermined while the length is absent.
Values: str, int, float, bool, aware datetime, list, dict. Put lists as lists, numbers of a decimal field as float.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from cel_expr_python import cel  # type: ignore[import-untyped]  # ships stubs but no py.typed

from ovop.contract import vocabulary as v
from ovop.contract.rules.engine_reports import engine_faults
from ovop.contract.rules.functions import CHECKED, Limits, Units, functions_of, wrong_argument
from ovop.contract.rules.text import Scan, scan
from ovop.contract.rules.tokens import Call, RuleFault, fault_at
from ovop.contract.rules.variables import (
    COMPUTED_TYPES,
    EVIDENCE,
    FACT_TYPES,
    CelValue,
    Variable,
    dotted,
    flatten,
    scalar,
    variable_of,
    variables_of,
)

_T = cel.Type
_TYPES: Mapping[str, cel.Type] = {
    "string": _T.STRING,
    "int": _T.INT,
    "double": _T.DOUBLE,
    "bool": _T.BOOL,
    "timestamp": _T.TIMESTAMP,
    "list(string)": _T.List(_T.STRING),
    "list(double)": _T.List(_T.DOUBLE),
    "list(bool)": _T.List(_T.BOOL),
    "map(string,dyn)": _T.Map(_T.STRING, _T.DYN),
    "map(string,double)": _T.Map(_T.STRING, _T.DOUBLE),
    "map(string,string)": _T.Map(_T.STRING, _T.STRING),
    "list(map(string,dyn))": _T.List(_T.Map(_T.STRING, _T.DYN)),
}


class RuleError(ValueError):
    """A rule that cannot be right; carries every fault found in it."""

    def __init__(self, faults: list[RuleFault]) -> None:
        super().__init__("; ".join(fault.reason.en for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Undetermined:
    """The result of a rule that reads an answer which is not there (`reason` empty), or that has none, as when dividing by zero."""

    reason: str = ""


UNDETERMINED = Undetermined()


class Bindings:
    """The values that rules read in one scope: those of the form, or of one row with the form behind it."""

    def __init__(self, scope: Scope, parent: Bindings | None = None) -> None:
        self._scope = scope
        self._parent = parent
        self._values: dict[str, CelValue] = {}
        self._activation: cel.Activation | None = None

    def put(self, name: str, value: CelValue) -> None:
        """Bind an answered name; unknown names raise KeyError, and so does a name once sealed."""
        if self._activation is not None:
            raise KeyError(f"{name}: these bindings are sealed")
        names = self._scope.names
        variable = names[name]
        if variable.members is None:
            self._values[name] = variable.complete(value)
            return
        for inner, part in flatten(name, value):
            if inner in names:
                self._values[inner] = names[inner].complete(part)

    def answered(self, name: str) -> bool:
        """Whether the name is bound here or behind."""
        return name in self._values or (self._parent is not None and self._parent.answered(name))

    def value(self, name: str) -> CelValue:
        """The value bound, else the typed default."""
        bindings: Bindings | None = self
        while bindings is not None:
            if name in bindings._values:
                return bindings._values[name]
            bindings = bindings._parent
        return self._scope.names[name].default  # the scope behind does not know the names of this one

    def seal(self) -> None:
        """Convert all values for the engine at once; worth it before many rules are evaluated. Bindings of a row stay as they are."""
        if self._parent is None:
            self._activation = self._scope.activation({**self._scope.list_defaults, **self._values})

    @property
    def activation(self) -> cel.Activation | None:
        """The converted values of sealed bindings."""
        return self._activation


REMEMBERED = 512
"""How many results a rule over single values remembers. The same choices come up row after row and submission after submission."""

_REMEMBERABLE = frozenset({"string", "bool", "int", "double", "timestamp"})


class Expression:
    """A compiled rule. Evaluation takes a few microseconds and may be shared between threads.

    A rule is pure, so one that reads single values only looks its result up before it asks the engine.
    """

    def __init__(
        self, text: str, program: cel.Expression, scope: Scope, expects: v.ComputedType, found: Scan
    ) -> None:
        self.text = text
        self.references = frozenset(found.references)
        self.asked = frozenset(found.asked)
        self._program = program
        self._expects = expects
        self._needed = tuple(sorted(name for name in self.references if scope.names[name].single))
        types = {scope.names[name].type for name in self.references}
        self._remembered: dict[tuple[CelValue, ...], CelValue | Undetermined] | None = (
            {} if types <= _REMEMBERABLE else None
        )

    def evaluate(self, bindings: Bindings) -> CelValue | Undetermined:
        """The value of the rule, or Undetermined: a single-valued field that it reads is not bound, or the engine has no result."""
        for name in self._needed:
            if not bindings.answered(name):
                return UNDETERMINED
        if self._remembered is None:
            return self._evaluated(bindings)
        key = (*map(bindings.value, self._needed), *map(bindings.answered, self.asked))
        known = self._remembered.get(key)
        if known is None:
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            known = self._remembered[key] = self._evaluated(bindings)
        return known

    def _evaluated(self, bindings: Bindings) -> CelValue | Undetermined:
        activation = bindings.activation
        if activation is not None and not self.asked:
            result = self._program.eval(activation)
        else:
            data: dict[str, CelValue] = {name: bindings.value(name) for name in self.references}
            data.update((f"answered.{name}", bindings.answered(name)) for name in self.asked)
            result = self._program.eval(data=data)
        value = result.value()
        if type(value) is bool and self._expects == "boolean":
            return value
        return self._converted(result, value)

    def _converted(self, result: cel.Value, value: object) -> CelValue | Undetermined:
        if result.type() == cel.Type.ERROR:
            if "Non-CEL value type" in str(value):
                raise TypeError(str(value))
            return Undetermined(str(value))
        match self._expects, value:
            case "boolean", bool(truth):
                return truth
            case "decimal", int(number) | float(number) if not isinstance(number, bool):
                return float(number)
            case "integer", int(number) if not isinstance(number, bool):
                return number
            case "text", str(text):
                return text
            case "date", datetime() as moment:
                return moment
            case "list", list():
                return [str(item) for item in _plain_list(result)]
        return Undetermined(f"the rule gives {result.type()}, not {self._expects}")


def _plain_list(result: cel.Value) -> Iterator[object]:
    plain = result.plain_value()
    if isinstance(plain, list):
        yield from plain


class Scope:
    """The names that rules see in one place, with their types."""

    def __init__(self, kit: _Kit, names: Mapping[str, Variable]) -> None:
        self.names: Mapping[str, Variable] = dict(names)
        self.list_defaults: Mapping[str, CelValue] = {
            name: variable.default for name, variable in self.names.items() if not variable.single
        }
        self._kit = kit
        self._env = kit.environment(self.names)

    def inside(self, container: v.RowsField | v.GroupField) -> Scope:
        """The scope of one row of a repeating group, or of a group: its fields under their own ids beside all that is seen here."""
        return Scope(self._kit, {**self.names, **_all_names(dict(variables_of(container.fields)))})

    def bindings(self, parent: Bindings | None = None) -> Bindings:
        """Empty bindings of this scope; `parent` holds the values of the scope around it."""
        return Bindings(self, parent)

    def activation(self, values: Mapping[str, CelValue]) -> cel.Activation:
        """Values converted for the engine."""
        return self._env.Activation(values)

    def compile(self, text: str, expects: v.ComputedType = "boolean") -> Expression:
        """Check and compile a rule that must give `expects`; RuleError names every fault with line, column and caret."""
        found = scan(text, self.names, CHECKED)
        faults = found.faults + list(self._kit.wrong_calls(text, found.calls))
        if faults:
            raise RuleError(faults)
        try:
            program = self._env.compile(found.text)
        except RuntimeError as error:
            raise RuleError(engine_faults(text, found, str(error))) from None
        _require_type(text, program.return_type(), expects)
        return Expression(text, program, self, expects, found)


class FormScope:
    """The scope of a whole form: fields, facts that the manifest asks for, evidence."""

    def __init__(self, definition: v.Definition) -> None:
        fields = [spec for section in definition.form.sections for spec in section.fields]
        variables = dict(variables_of(fields))
        variables |= {f"facts.{fact}": scalar(FACT_TYPES[fact]) for fact in definition.manifest.facts}
        variables |= {f"evidence.{item.id}": EVIDENCE for item in definition.form.evidence}
        kit = _Kit(Units(all_fields(fields)), Limits(definition.limit_tables))
        self.form = Scope(kit, _all_names(variables))


class _Kit:
    """What all scopes of a definition share: our functions and what their arguments may be."""

    def __init__(self, units: Units, limits: Limits) -> None:
        self.units = units
        self.limits = limits
        self._functions = [
            cel.FunctionDecl(
                f.name,
                [
                    cel.Overload(
                        f"ovop_{f.name}",
                        _TYPES[f.result],
                        [_TYPES[parameter] for parameter in f.parameters],
                        False,
                        f.implementation,
                    )
                ],
            )
            for f in functions_of(units, limits)
        ]

    def environment(self, names: Mapping[str, Variable]) -> cel.Env:
        variables = {name: _TYPES[variable.type] for name, variable in names.items()}
        variables |= {f"answered.{name}": cel.Type.BOOL for name in names}
        return cel.NewEnv(variables=variables, functions=self._functions)

    def wrong_calls(self, text: str, calls: list[Call]) -> Iterator[RuleFault]:
        for call in calls:
            wrong = wrong_argument(call.name, call.arguments, call.key_count, self.units, self.limits)
            if wrong is not None:
                place, reason = wrong
                yield fault_at(text, call.starts[place] if place < len(call.starts) else 0, reason)


def all_fields(fields: Iterable[v.Field]) -> Iterator[v.Field]:
    """Fields with those inside groups and rows, outer ones first."""
    for spec in fields:
        yield spec
        if isinstance(spec, v.GroupField | v.RowsField):
            yield from all_fields(spec.fields)


def cel_type(field: v.Field) -> cel.Type:
    """The CEL type of a field's variable."""
    return _TYPES[variable_of(field).type]


def _all_names(variables: Mapping[str, Variable]) -> dict[str, Variable]:
    return {name: inner for root, variable in variables.items() for name, inner in dotted(root, variable)}


def _require_type(text: str, given: cel.Type, expects: v.ComputedType) -> None:
    wanted = _TYPES[COMPUTED_TYPES[expects]]
    loose = (cel.Type.DYN, cel.Type.List(cel.Type.DYN)) if expects == "list" else (cel.Type.DYN,)
    if given == wanted or any(given == other for other in loose):
        return
    raise RuleError(
        [
            fault_at(
                text,
                0,
                v.Text(
                    f"aturan menghasilkan {given.name().lower()}, padahal harus {wanted.name().lower()}.",
                    f"the rule gives {given.name().lower()}, but must give {wanted.name().lower()}.",
                ),
            )
        ]
    )
