"""Faults of `form.toml` that no single field and no rule shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ovop.contract import vocabulary as v
from ovop.contract.errors import Fault
from ovop.contract.faults import dangling, fault, order, pattern, repeated
from ovop.contract.places import PlacedField, evidence_of, fields_of, sections_of
from ovop.contract.rules.text import RESERVED
from ovop.contract.rules.variables import variables_of


def form_faults(definition: v.Definition) -> Iterator[Fault]:
    """Ids, references between fields, ranges, patterns, and the evidence."""
    form = definition.form
    yield from repeated(
        [(f"{path}.id", section.id) for path, section in sections_of(form)], "bagian", "section"
    )
    yield from _name_faults(form)
    for placed in fields_of(form):
        yield from _field_faults(placed, definition)
    yield from _evidence_faults(form)


def _name_faults(form: v.Form) -> Iterator[Fault]:
    """An id may stand once among its neighbours, and inside a group or row it may not be that of a field seen from there."""
    seen: dict[tuple[str, ...], dict[str, str]] = {}
    for placed in fields_of(form):
        path, spec = f"{placed.path}.id", placed.field
        if spec.id in RESERVED:
            yield fault(
                path,
                f"`{spec.id}` adalah kata dari bahasa aturan; pilih nama lain.",
                f"`{spec.id}` is a word of the rule language; choose another name.",
            )
        around = tuple(container.id for container in placed.around)
        own = seen.setdefault(around, {})
        for name, _ in variables_of([spec]):
            if name in own:
                yield fault(
                    path,
                    f"isian `{name}` sudah ada di {own[name]}.",
                    f"the field `{name}` is already at {own[name]}.",
                )
            own.setdefault(name, placed.path)
    for around, names in seen.items():
        for length in range(len(around)):
            for name in names.keys() & seen[around[:length]].keys():
                other = seen[around[:length]][name]
                yield fault(
                    f"{names[name]}.id",
                    f"`{name}` juga nama isian di {other}; aturan tidak bisa membedakan keduanya.",
                    f"`{name}` is also the field at {other}; a rule could not tell them apart.",
                )


def _field_faults(placed: PlacedField, definition: v.Definition) -> Iterator[Fault]:
    path, spec = placed.path, placed.field
    yield from _range_faults(path, spec)
    match spec:
        case v.TextField():
            yield from pattern(f"{path}.pattern", spec.pattern, spec.example, f"{path}.example")
        case v.IdentifierField():
            yield from pattern(f"{path}.pattern", spec.pattern, spec.example, f"{path}.example")
            yield from _parts_faults(path, spec)
        case v.SelectField() | v.MultiSelectField() | v.ChecklistField():
            yield from _option_faults(path, spec.options)
        case v.CodeField():
            lists = [code_list.id for code_list in definition.code_lists]
            yield from dangling(f"{path}.code_list", spec.code_list, lists, "daftar kode", "code list")
        case v.ComputedField(rule=None) if placed.around:
            yield fault(
                f"{path}.rule",
                "isian terhitung di dalam kelompok atau baris harus mempunyai `rule`; kode hanya mengisi isian formulir itu sendiri.",
                "a computed field inside a group or row needs a `rule`; code gives values to fields of the form itself only.",
            )
        case v.DecimalField():
            yield from _unit_faults(path, spec.units)
        case v.DimensionsField():
            parts = [(f"{path}.parts[{i}].id", part.id) for i, part in enumerate(spec.parts)]
            yield from repeated(parts, "bagian ukuran", "part")
            yield from _needed(f"{path}.parts", spec.parts, "bagian ukuran", "part")
            yield from _needed(f"{path}.units", spec.units, "satuan", "unit")
            yield from _unit_faults(path, spec.units)
        case v.ReadingField():
            yield from _needed(
                f"{path}.units", spec.units + spec.categories, "satuan atau kategori", "unit or category"
            )
            yield from _unit_faults(path, spec.units)
        case v.GradeField():
            yield from _needed(f"{path}.scale", spec.scale, "nilai mutu", "grade")
        case v.GroupField():
            yield from _needed(f"{path}.fields", spec.fields, "isian", "field")
        case v.RowsField():
            yield from _rows_faults(placed, spec)
        case _:
            pass


def _rows_faults(placed: PlacedField, spec: v.RowsField) -> Iterator[Fault]:
    path = placed.path
    columns = {column.id: column for column in spec.fields}
    yield from _needed(f"{path}.fields", spec.fields, "kolom", "column")
    if sum(isinstance(container, v.RowsField) for container in placed.around) > 1:
        yield fault(
            path,
            "isian berulang hanya boleh bersarang satu tingkat.",
            "repeating groups may nest one level only.",
        )
    for index, name in enumerate(spec.unique):
        yield from dangling(f"{path}.unique[{index}]", name, columns, "kolom", "column")
    if spec.one_per is not None:
        yield from dangling(f"{path}.one_per", spec.one_per, columns, "kolom", "column")
        if spec.one_per in columns and not isinstance(columns[spec.one_per], v.SelectField):
            yield fault(
                f"{path}.one_per",
                f"kolom `{spec.one_per}` bukan pilihan (`select`).",
                f"the column `{spec.one_per}` is not a choice (`select`).",
            )


def _parts_faults(path: str, spec: v.IdentifierField) -> Iterator[Fault]:
    try:
        groups = re.compile(spec.pattern).groups
    except re.error:
        return
    for name, number in spec.parts.items():
        if not 1 <= number <= groups:
            yield fault(
                f"{path}.parts.{name}",
                f"pola hanya mempunyai {groups} kelompok, bukan {number}.",
                f"the pattern has {groups} groups, not {number}.",
            )


def _option_faults(path: str, options: tuple[v.Option, ...]) -> Iterator[Fault]:
    yield from _needed(f"{path}.options", options, "pilihan", "option")
    places = [(f"{path}.options[{index}].value", option.value) for index, option in enumerate(options)]
    yield from repeated(places, "pilihan", "option")


def _unit_faults(path: str, units: tuple[v.Unit, ...]) -> Iterator[Fault]:
    yield from repeated(
        [(f"{path}.units[{i}].code", unit.code) for i, unit in enumerate(units)], "satuan", "unit"
    )
    if units and (units[0].factor != 1 or units[0].inverse):
        yield fault(
            f"{path}.units[0]",
            "satuan pertama adalah satuan simpan, jadi faktornya 1.",
            "the first unit is the stored one, so its factor is 1.",
        )


def _needed(path: str, items: tuple[object, ...], id_kind: str, en_kind: str) -> Iterator[Fault]:
    if not items:
        yield fault(path, f"paling sedikit satu {id_kind} diperlukan.", f"at least one {en_kind} is needed.")


def _range_faults(path: str, spec: v.Field) -> Iterator[Fault]:
    match spec:
        case v.TextField() | v.LongTextField():
            yield from order(f"{path}.min_length", spec.min_length, spec.max_length)
        case v.IntegerField() | v.DecimalField() | v.MoneyField() | v.PercentField():
            yield from order(f"{path}.minimum", spec.minimum, spec.maximum)
        case v.SeriesField():
            yield from order(f"{path}.minimum", spec.minimum, spec.maximum)
            yield from order(f"{path}.min_items", spec.min_items, spec.max_items)
        case v.DurationField():
            yield from order(f"{path}.minimum_days", spec.minimum_days, spec.maximum_days)
        case v.MultiSelectField():
            yield from order(f"{path}.min_items", spec.min_items, spec.max_items)
        case v.RowsField():
            yield from order(f"{path}.min_rows", spec.min_rows, spec.max_rows)
        case v.DimensionsField():
            for index, part in enumerate(spec.parts):
                yield from order(f"{path}.parts[{index}].minimum", part.minimum, part.maximum)
        case _:
            pass


def _evidence_faults(form: v.Form) -> Iterator[Fault]:
    sections = [section.id for section in form.sections]
    yield from repeated([(f"{path}.id", item.id) for path, item in evidence_of(form)], "bukti", "evidence")
    for path, item in evidence_of(form):
        yield from dangling(f"{path}.section", item.section, sections, "bagian", "section")
        yield from order(f"{path}.min_files", item.min_files, item.max_files)
        yield from pattern(
            f"{path}.number_pattern", item.number_pattern, item.number_example, f"{path}.number_example"
        )
        roles = [(f"{path}.roles[{index}].id", role.id) for index, role in enumerate(item.roles)]
        yield from repeated(roles, "peran", "role")
        if item.number_pattern is not None and "number" not in item.asks:
            yield fault(
                f"{path}.number_pattern",
                "pola nomor memerlukan `number` di `asks`.",
                "a pattern of the number needs `number` in `asks`.",
            )
        if item.max_age_months is not None and "issued_on" not in item.asks:
            yield fault(
                f"{path}.max_age_months",
                "batas umur memerlukan `issued_on` di `asks`.",
                "a limit of age needs `issued_on` in `asks`.",
            )
