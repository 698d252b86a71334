"""The field-and-rule reference, written from the vocabulary, the rule functions, the findings and the published rules themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import get_args

import msgspec
from msgspec import NODEFAULT
from msgspec import inspect as kinds

from ovop.contract import vocabulary as v
from ovop.contract.conformance.published import published_rules
from ovop.contract.conformance.reference_texts import ANSWERS, FACTS, FUNCTIONS, INTRODUCTION, PARTS, RULES
from ovop.contract.judging.wordings import WORDINGS
from ovop.contract.rules.functions import Limits, Units, functions_of
from ovop.contract.rules.variables import COMPUTED_TYPES, EVIDENCE_KEYS, FACT_TYPES, variables_of

_PARTS: tuple[type[msgspec.Struct], ...] = (
    *(v.Manifest, v.KbliCode, v.Form, v.Section, v.Upcast, v.Evidence, v.EvidenceRole, v.Check),
    *(v.Unit, v.Option, v.Dimension),
    *(v.Criteria, v.Rubric, v.CriterionGroup, v.Criterion, v.Anchor, v.AnchorSet, v.Band, v.Gate),
    *(
        v.LimitTable,
        v.LimitRow,
        v.CodeList,
        v.Guidance,
        v.Consent,
        v.Example,
        v.ExpectedFinding,
        v.EvidenceItem,
    ),
)
_ALIASES = {
    r"^[a-z][a-z0-9_]{0,59}$": "identifier",
    r"^[A-Za-z0-9][A-Za-z0-9_.+-]{0,39}$": "code",
}
_TEXT = v.Text("id", "en")


def reference() -> str:
    """The whole reference as Markdown."""
    blocks = [
        INTRODUCTION,
        "## Field types\n",
        _common_keys(),
        *(_field_type(kind) for kind in field_types()),
        "## Parts\n",
        *(_part(kind) for kind in _PARTS),
        RULES,
        _facts(),
        _functions(),
        _findings(),
        _tiers(),
    ]
    return "\n".join(block.rstrip("\n") + "\n" for block in blocks)


def field_types() -> tuple[type[v.FieldBase], ...]:
    """Every type of field."""
    return get_args(v.Field)


def _common_keys() -> str:
    names = set(v.FieldBase.__struct_fields__)
    return f"{_documented(v.FieldBase)}\n\n" + _keys(v.TextField, only=names)


def _field_type(kind: type[v.FieldBase]) -> str:
    tag = str(kind.__struct_config__.tag)
    lines = [f"### {tag}", "", _documented(kind), "", f"Answer: {ANSWERS[tag]}. In rules: {_in_rules(kind)}."]
    own = {name for name in kind.__struct_fields__ if name not in v.FieldBase.__struct_fields__}
    own |= {"required"} if kind is v.ComputedField else set()
    return "\n".join(lines) + ("\n\n" + _keys(kind, only=own) if own else "\n")


def _part(kind: type[msgspec.Struct]) -> str:
    name = "KBLI code" if kind is v.KbliCode else _words(kind.__name__)
    return f"### {name}\n\n{_documented(kind)}\n\n{_keys(kind)}"


def _keys(kind: type[msgspec.Struct], *, only: Iterable[str] | None = None) -> str:
    info = kinds.type_info(kind)
    assert isinstance(info, kinds.StructType)  # noqa: S101  # every part is one
    rows = [
        f"| `{field.encode_name}` | {_type(field.type)} | {_default(field)} |"
        for field in info.fields
        if only is None or field.name in only
    ]
    return "\n".join(["| Key | Type | Default |", "|---|---|---|", *rows]) + "\n"


def _default(field: kinds.Field) -> str:
    if field.required:
        return "required"
    if field.default is NODEFAULT:
        return "empty"
    if field.default is None or field.default == ():
        return "none"
    if isinstance(field.default, tuple):
        return ", ".join(f"`{item}`" for item in field.default)
    return (
        f"`{str(field.default).lower()}`"
        if isinstance(field.default, bool)
        else f"`{field.default}`"
        if field.default != ""
        else "empty"
    )


def _type(kind: kinds.Type) -> str:
    match kind:
        case kinds.UnionType():
            parts = [part for part in kind.types if not isinstance(part, kinds.NoneType)]
            if len(parts) > 5 and all(isinstance(part, kinds.StructType) for part in parts):
                return "field"
            return " or ".join(_type(part) for part in parts)
        case kinds.StrType():
            return _string(kind)
        case kinds.IntType():
            return "whole number" + _range(kind)
        case kinds.FloatType():
            return "number" + _range(kind)
        case kinds.BoolType():
            return "`true` or `false`"
        case kinds.DateType():
            return "day"
        case kinds.VarTupleType():
            return f"list of {_type(kind.item_type)}"
        case kinds.DictType():
            return f"table of {_type(kind.value_type)}"
        case kinds.EnumType():
            return _choices(kind.cls)
        case kinds.LiteralType():
            return _choices(kind.values)
        case kinds.StructType():
            return "text" if kind.cls is v.Text else _words(kind.cls.__name__)
        case _:
            return "anything"


def _string(kind: kinds.StrType) -> str:
    if kind.max_length == 2000:
        return "rule"
    if kind.pattern in _ALIASES:
        return _ALIASES[kind.pattern]
    return f"string like `{kind.pattern}`".replace("|", r"\|") if kind.pattern else "string"


def _range(kind: kinds.IntType | kinds.FloatType) -> str:
    bounds = [("above", kind.gt), ("from", kind.ge), ("below", kind.lt), ("to", kind.le)]
    return "".join(f" {word} {bound:g}" for word, bound in bounds if bound is not None)


def _choices(values: Iterable[object]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _in_rules(kind: type[v.FieldBase]) -> str:
    if kind is v.ComputedField:
        return ", ".join(f"`{cel}` for `{name}`" for name, cel in COMPUTED_TYPES.items())
    types = [f"`{variable.type}`" for _, variable in variables_of([_smallest(kind)])]
    return types[0] + (f", `{'`, `'.join(_members_of(kind))}`" if _members_of(kind) else "")


def _members_of(kind: type[v.FieldBase]) -> list[str]:
    """The members of an answer that rules may read after a dot, where they do not depend on the definition."""
    if kind not in (v.LocationField, v.ReadingField, v.SampleField):
        return []
    variable = next(variable for _, variable in variables_of([_smallest(kind)]))
    return [f".{name}" for name in variable.members or ()]


def _smallest(kind: type[v.FieldBase]) -> v.Field:
    """A field of this type with as little in it as its type allows."""
    option = {"value": "a", "label": {"id": "a", "en": "a"}}
    fills: dict[str, object] = {
        "options": [option],
        "parts": {} if kind is v.IdentifierField else [{"id": "a", "label": option["label"]}],
        "units": [{"code": "a"}],
        "unit": {"code": "a"},
        "fields": [{"type": "text", "id": "inner", "label": option["label"]}],
        "code_list": "a",
        "statement": option["label"],
        "pattern": "a",
        "example": "a",
        "to": "submission",
    }
    own = {name: value for name, value in fills.items() if name in kind.__struct_fields__}
    given = {"type": kind.__struct_config__.tag, "id": "a", "label": option["label"], **own}
    return msgspec.convert(given, v.Field)  # type: ignore[no-any-return]  # a union of types


def _facts() -> str:
    rows = [f"| `facts.{fact}` | `{FACT_TYPES[fact]}` | {FACTS[fact]} |" for fact in v.Fact]
    keys = ", ".join(f"`{name}` (`{kind}`)" for name, kind in EVIDENCE_KEYS.items())
    return "\n".join(
        [
            "| Fact | Type | Meaning |",
            "|---|---|---|",
            *rows,
            "",
            f"**Keys of a file** in `evidence.<id>`: {keys}.",
        ]
    )


def _functions() -> str:
    lines = ["**Functions** beside those of CEL", "", "| Function | Gives |", "|---|---|"]
    for function in functions_of(Units([]), Limits([])):
        text = FUNCTIONS.get(function.name) or _first_line(function.implementation)
        signature = f"{function.name}({', '.join(function.parameters)}) -> {function.result}"
        lines.append(f"| `{signature}` | {text} |")
    return "\n".join(lines)


def _first_line(function: object) -> str:
    text = inspect.getdoc(function) or ""
    return " ".join(text.split("\n\n")[0].replace("ValueError", "undetermined").split())


def _findings() -> str:
    lines = [
        "## Findings of the form",
        "",
        "Codes that the contract itself gives; a check adds its own `code`, a gate `gate_<id>`. A worked example of kind `invalid` names them.",
        "",
        "| Code | Message | Remedy |",
        "|---|---|---|",
    ]
    seen: set[str] = set()
    for key, (message, remedy) in WORDINGS.items():
        code = key.partition(".")[0]
        if code not in seen:
            seen.add(code)
            lines.append(f"| `{code}` | {message.en} | {remedy.en} |")
    return "\n".join(lines)


def _tiers() -> str:
    lines = [
        "## Tiers",
        "",
        "`ovop commodity check` computes the tier; each includes the ones before it. The rules stand in `contract/conformance/tiers.toml`.",
        "",
        "| Tier | Rule | Why | Remedy |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {rule.tier} | {rule.title.en} (`{rule.id}`) | {rule.why.en} | {rule.remedy.en} |"
        for rule in published_rules()
    ]
    return "\n".join(lines)


def _documented(kind: type[object]) -> str:
    text = kind.__dict__.get("__doc__") or PARTS[kind.__name__]
    return " ".join(text.split())


def _words(name: str) -> str:
    """`CriterionGroup` as `criterion group`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
