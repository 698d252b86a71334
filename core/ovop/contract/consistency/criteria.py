"""Faults of `criteria.toml` that no single part and no rule shows."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from ovop.contract import vocabulary as v
from ovop.contract.errors import Fault
from ovop.contract.faults import dangling, fault, order, repeated
from ovop.contract.places import CRITERIA, criteria_of, gates_of, groups_of

_TOTAL = 100.0
_TOLERANCE = 1e-6


def criteria_faults(definition: v.Definition) -> Iterator[Fault]:
    """Ids, weights, levels, references, gates, limit tables and code lists."""
    yield from _weight_faults(definition.rubric)
    yield from _criterion_faults(definition)
    yield from _gate_faults(definition)
    yield from _table_faults(definition)
    yield from _code_list_faults(definition)


def _weight_faults(rubric: v.Rubric) -> Iterator[Fault]:
    for path, group in groups_of(rubric):
        total = sum(criterion.weight for criterion in group.criteria)
        if not isclose(total, group.weight, abs_tol=_TOLERANCE):
            yield fault(
                f"{path}.weight",
                f"bobot kelompok {group.id} adalah {group.weight:g}, tetapi jumlah bobot kriterianya {total:g}.",
                f"the weight of group {group.id} is {group.weight:g}, but its criteria add up to {total:g}.",
            )
    total = sum(group.weight for group in rubric.groups)
    if not isclose(total, _TOTAL, abs_tol=_TOLERANCE):
        yield fault(
            f"{CRITERIA}.rubric",
            f"jumlah bobot semua kelompok harus 100, bukan {total:g}.",
            f"the weights of all groups must add up to 100, not {total:g}.",
        )


def _criterion_faults(definition: v.Definition) -> Iterator[Fault]:
    rubric = definition.rubric
    groups = [group.id for group in rubric.groups]
    backing = {spec.id for section in definition.form.sections for spec in section.fields}
    backing |= {item.id for item in definition.form.evidence}
    yield from repeated([(f"{path}.id", group.id) for path, group in groups_of(rubric)], "kelompok", "group")
    yield from repeated(
        [(f"{path}.id", item.id) for path, item in criteria_of(rubric)], "kriteria", "criterion"
    )
    for path, criterion in criteria_of(rubric):
        for index, name in enumerate(criterion.redistribute_to):
            yield from dangling(f"{path}.redistribute_to[{index}]", name, groups, "kelompok", "group")
        for index, name in enumerate(criterion.backed_by):
            place = f"{path}.backed_by[{index}]"
            yield from dangling(place, name, backing, "isian atau bukti", "field or evidence")
        if criterion.redistribute_to and criterion.applies_if is None:
            yield fault(
                f"{path}.redistribute_to",
                "pemindahan bobot memerlukan aturan `applies_if`.",
                "moving the weight needs a rule `applies_if`.",
            )
        yield from _level_faults(path, criterion, rubric.scale_max)


def _level_faults(path: str, criterion: v.Criterion, scale_max: int) -> Iterator[Fault]:
    if not criterion.anchors:
        yield fault(
            f"{path}.anchors", "paling sedikit satu jangkar diperlukan.", "at least one anchor is needed."
        )
    sets = [(f"{path}.anchors", criterion.anchors)]
    sets += [
        (f"{path}.anchors_when[{i}].anchors", each.anchors) for i, each in enumerate(criterion.anchors_when)
    ]
    placed = [(f"{path}.bands[{index}].level", band.level) for index, band in enumerate(criterion.bands)]
    for place, anchors in sets:
        levels = [(f"{place}[{index}].level", anchor.level) for index, anchor in enumerate(anchors)]
        yield from repeated([(at, str(level)) for at, level in levels], "tingkat", "level")
        placed += levels
    for place, level in placed:
        if level > scale_max:
            yield fault(
                place,
                f"tingkat {level} di atas skala 0 sampai {scale_max}.",
                f"level {level} is above the scale 0 to {scale_max}.",
            )


def _gate_faults(definition: v.Definition) -> Iterator[Fault]:
    sections = [section.id for section in definition.form.sections]
    yield from repeated([(f"{path}.id", gate.id) for path, gate in gates_of(definition)], "gerbang", "gate")
    for path, gate in gates_of(definition):
        if (gate.effect is v.GateEffect.CAP) != (gate.cap_points is not None):
            yield fault(
                f"{path}.cap_points",
                "`cap_points` diperlukan untuk `cap`, dan hanya untuk itu.",
                "`cap_points` is needed for `cap`, and only for it.",
            )
        for index, name in enumerate(gate.sections):
            yield from dangling(f"{path}.sections[{index}]", name, sections, "bagian", "section")


def _table_faults(definition: v.Definition) -> Iterator[Fault]:
    tables = [
        (f"{CRITERIA}.limit_table[{index}]", table) for index, table in enumerate(definition.limit_tables)
    ]
    yield from repeated([(f"{path}.id", table.id) for path, table in tables], "tabel", "table")
    for path, table in tables:
        keys = [(f"{path}.row[{index}].key", " · ".join(row.key)) for index, row in enumerate(table.rows)]
        yield from repeated(keys, "kombinasi", "combination")
        for index, row in enumerate(table.rows):
            yield from order(f"{path}.row[{index}].minimum", row.minimum, row.maximum)
            if len(row.key) != len(table.keys):
                yield fault(
                    f"{path}.row[{index}].key",
                    f"baris mempunyai {len(row.key)} kunci, tabelnya {len(table.keys)}.",
                    f"the row has {len(row.key)} keys, its table {len(table.keys)}.",
                )


def _code_list_faults(definition: v.Definition) -> Iterator[Fault]:
    lists = [(f"{CRITERIA}.code_list[{index}]", item) for index, item in enumerate(definition.code_lists)]
    yield from repeated([(f"{path}.id", item.id) for path, item in lists], "daftar kode", "code list")
    for path, item in lists:
        codes = [(f"{path}.item[{index}].value", option.value) for index, option in enumerate(item.items)]
        yield from repeated(codes, "kode", "code")
