"""Rules in CEL over the fields of a form; the only module that knows the CEL engine.

    scopes = FormScope(definition)
    rule = scopes.form.compile("mass > 0.5")          # RuleError with line, column and caret if it cannot be right
    inner = scopes.form.inside(rows_or_group_field)   # the scope of one row, or of a group: its fields beside the form's

    bindings = scopes.form.bindings()                 # starts empty: nothing is answered
    bindings.put("mass", 0.7)                         # only answered, visible fields; stored unit; computed values too
    bindings.put("facts.today", datetime(2026, 10, 18, tzinfo=UTC))
    bindings.put("evidence.photos", [{"role": "front"}])   # leave out evidence without a file
    one_row = inner.bindings(parent=bindings); one_row.put("dose", 2.0)

    rule.evaluate(bindings)                           # a Python value, or an Undetermined (test with isinstance)
    rule.references                                   # frozenset of names read: {"mass", "facts.today", "size.length", "evidence.photos"}
    rule.asked                                        # frozenset of names in answered('...')

How a rule runs: the engine reads it once, when it is compiled, and refuses what is wrong. `translation` then writes it as Python, which is
some fifty times faster, because the engine converts every value that it is given. What the translation does not know runs in the engine.

Put what is answered and nothing else: no name, no answer. A list, set of rows, group or evidence that was not put reads as empty. A record
(row, group, dimensions, reading ...) is put as a dict of its answered members only: `put` fills in typed defaults for whole-row use and
binds each member that is there under its dotted name, so `size.length > 2.0` is undetermined while the length is absent.
Values: str, int, float, bool, aware datetime, list, dict. Put lists as lists, numbers of a decimal field as float.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property

from cel_expr_python import cel  # type: ignore[import-untyped]  # ships stubs but no py.typed

from ovop.contract import vocabulary as v
from ovop.contract.derived import derived_fields, fact_of
from ovop.contract.rules.arithmetic import FAILURES
from ovop.contract.rules.bindings import UNDETERMINED, Bindings, Undetermined
from ovop.contract.rules.engine_reports import engine_faults
from ovop.contract.rules.functions import CHECKED, Limits, Units, functions_of, wrong_argument
from ovop.contract.rules.pieces import Library, Translated
from ovop.contract.rules.syntax import NotRead, parse
from ovop.contract.rules.text import Scan, scan
from ovop.contract.rules.tokens import Call, RuleFault, fault_at
from ovop.contract.rules.translation import NameOf, translate
from ovop.contract.rules.variables import (
    COMPUTED_TYPES,
    EVIDENCE,
    FACT_TYPES,
    CelValue,
    Variable,
    dotted,
    for_engine,
    scalar,
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


REMEMBERED = 512
"""How many results a rule over single values remembers that only the engine can evaluate. The same choices come up row after row."""

_REMEMBERABLE = frozenset({"string", "bool", "int", "double", "timestamp"})
_ASKED = "answered."


class Expression:
    """A compiled rule. Evaluation takes about a microsecond and may be shared between threads."""

    def __init__(self, text: str, scope: Scope, expects: v.ComputedType, found: Scan) -> None:
        self.text = text
        self.references = frozenset(found.references)
        self.asked = frozenset(found.asked)
        self.needed = tuple(sorted(name for name in self.references if scope.names[name].single))
        self._scope = scope
        self._expects = expects
        self._reads = tuple(sorted(self.references))
        self._asks = tuple(sorted(self.asked))
        self._engine_text = found.text

    def evaluate(self, bindings: Bindings) -> CelValue | Undetermined:
        """The value of the rule, or Undetermined: a single-valued field that it reads is not bound, or there is no result."""
        for name in self.needed:
            if not bindings.answered(name):
                return UNDETERMINED
        try:
            return self.run(*map(bindings.value, self._reads), *map(bindings.answered, self._asks))
        except FAILURES as failure:
            return Undetermined(str(failure))

    def python(self, name_of: NameOf) -> Translated:
        """The rule as a Python expression for `Scope.namespace`; `name_of` gives the Python for a name, also for `answered.<name>`.

        NotRead where only the engine can evaluate it; `run` does so.
        """
        made = translate(parse(self.text), self._scope.names, self._scope.library, name_of)
        wanted = COMPUTED_TYPES[self._expects]
        if made.type == wanted:
            return made._replace(source=f"list({made.source})") if self._expects == "list" else made
        if wanted == "double" and made.type == "int":
            return made._replace(source=f"float({made.source})")
        raise NotRead(f"{made.type} instead of {wanted}")

    @property
    def scope(self) -> Scope:
        """The names that the rule sees."""
        return self._scope

    @property
    def expects(self) -> v.ComputedType:
        """What the rule must give."""
        return self._expects

    def is_of(self, scope: Scope) -> bool:
        """Whether the rule was compiled for this scope."""
        return self._scope is scope

    @property
    def parameters(self) -> tuple[str, ...]:
        """What `run` is given: the names read, then `answered.<name>` for those asked for."""
        return (*self._reads, *(f"{_ASKED}{name}" for name in self._asks))

    @cached_property
    def run(self) -> Callable[..., CelValue]:
        """The rule as a function of the values of `parameters`; raises one of FAILURES where it has no result."""
        places = {name: f"a{place}" for place, name in enumerate(self.parameters)}
        try:
            source = self.python(places.__getitem__).source
        except NotRead:
            return _remembering(self.by_engine()) if self._is_rememberable else self.by_engine()
        function: Callable[..., CelValue] = eval(  # noqa: S307  # written by the translation, which quotes what it takes from a rule
            f"lambda {', '.join(places.values())}: {source}", self._scope.library.namespace
        )
        return function

    @property
    def _is_rememberable(self) -> bool:
        return {self._scope.names[name].type for name in self.references} <= _REMEMBERABLE

    def by_engine(self) -> Callable[..., CelValue]:
        """The same function as `run`, evaluated by the engine."""
        program = self._scope.program(self._engine_text)
        parameters = self.parameters

        def run(*values: CelValue) -> CelValue:
            result = program.eval(data=dict(zip(parameters, map(for_engine, values), strict=True)))
            return self._converted(result, result.value())

        return run

    def _converted(self, result: cel.Value, value: object) -> CelValue:
        if result.type() == cel.Type.ERROR:
            if "Non-CEL value type" in str(value):
                raise TypeError(str(value))
            raise ValueError(str(value))
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
        raise ValueError(f"the rule gives {result.type()}, not {self._expects}")


def _remembering(run: Callable[..., CelValue]) -> Callable[..., CelValue]:
    """The same function, which looks up what it has found for the same values before."""
    known: dict[tuple[CelValue, ...], CelValue] = {}

    def remembered(*values: CelValue) -> CelValue:
        if values not in known:
            if len(known) >= REMEMBERED:
                known.clear()
            known[values] = run(*values)
        return known[values]

    return remembered


def _plain_list(result: cel.Value) -> Iterator[object]:
    plain = result.plain_value()
    if isinstance(plain, list):
        yield from plain


class Scope:
    """The names that rules see in one place, with their types."""

    def __init__(self, kit: _Kit, names: Mapping[str, Variable]) -> None:
        self.names: Mapping[str, Variable] = dict(names)
        self.library = kit.library
        self._kit = kit

    @cached_property
    def _env(self) -> cel.Env:
        return self._kit.environment(self.names)  # many a scope has no rule

    def inside(self, container: v.RowsField | v.GroupField) -> Scope:
        """The scope of one row of a repeating group, or of a group: its fields under their own ids beside all that is seen here."""
        return Scope(self._kit, {**self.names, **_all_names(dict(variables_of(container.fields)))})

    def bindings(self, parent: Bindings | None = None) -> Bindings:
        """Empty bindings of this scope; `parent` holds the values of the scope around it."""
        return Bindings(self.names, parent)

    def program(self, text: str) -> cel.Expression:
        """A rule for the engine; RuntimeError with the engine's report where it is refused."""
        return self._env.compile(text)

    def compile(self, text: str, expects: v.ComputedType = "boolean") -> Expression:
        """Check and compile a rule that must give `expects`; RuleError names every fault with line, column and caret."""
        found = scan(text, self.names, CHECKED)
        faults = found.faults + list(self._kit.wrong_calls(text, found.calls))
        if faults:
            raise RuleError(faults)
        try:
            program = self.program(found.text)
        except RuntimeError as error:
            raise RuleError(engine_faults(text, found, str(error))) from None
        _require_type(text, program.return_type(), expects)
        return Expression(text, self, expects, found)


class FormScope:
    """The scope of a whole form: fields, facts that the manifest asks for, evidence."""

    def __init__(self, definition: v.Definition) -> None:
        fields = [spec for section in definition.form.sections for spec in section.fields]
        variables = dict(variables_of(fields))
        variables |= {f"facts.{fact}": scalar(FACT_TYPES[fact]) for fact in definition.manifest.facts}
        derived = derived_fields(definition)
        variables |= {f"facts.{fact_of(spec.id)}": scalar(COMPUTED_TYPES[spec.result]) for spec in derived}
        variables |= {f"evidence.{item.id}": EVIDENCE for item in definition.form.evidence}
        kit = _Kit(Units(all_fields(fields)), Limits(definition.limit_tables))
        self.form = Scope(kit, _all_names(variables))


class _Kit:
    """What all scopes of a definition share: our functions and what their arguments may be."""

    def __init__(self, units: Units, limits: Limits) -> None:
        self.units = units
        self.limits = limits
        functions = functions_of(units, limits)
        self.library = Library(functions)
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
            for f in functions
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
