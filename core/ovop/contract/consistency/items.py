"""Faults of the guidance and the worked examples of a definition."""

from __future__ import annotations

from collections.abc import Iterator

from ovop.contract import vocabulary as v
from ovop.contract.derived import derived_fields, fact_of
from ovop.contract.errors import Fault
from ovop.contract.faults import dangling, fault, repeated
from ovop.contract.places import criteria_of, gates_of


def guidance_faults(definition: v.Definition) -> Iterator[Fault]:
    """Ids, the criteria and fields that the advice is for, and the consent behind a story."""
    criteria = [criterion.id for _, criterion in criteria_of(definition.rubric)]
    beside = [spec.id for section in definition.form.sections for spec in section.fields]
    beside += [item.id for item in definition.form.evidence]
    ids = [(f"guidance[{index}].id", item.id) for index, item in enumerate(definition.guidance)]
    yield from repeated(ids, "panduan", "guidance")
    for index, item in enumerate(definition.guidance):
        path = f"guidance[{index}]"
        for place, name in enumerate(item.criteria):
            yield from dangling(f"{path}.criteria[{place}]", name, criteria, "kriteria", "criterion")
        for place, name in enumerate(item.fields):
            yield from dangling(
                f"{path}.fields[{place}]", name, beside, "isian atau bukti", "field or evidence"
            )
        if item.kind is v.GuidanceKind.SUCCESS_STORY and item.consent is None:
            yield fault(
                f"{path}.consent",
                "kisah sukses memerlukan `consent`: pelaku, dasar (written atau published), dan catatannya.",
                "a success story needs `consent`: the maker, the basis (written or published) and its record.",
            )
        if not 0 <= item.threshold <= definition.rubric.scale_max:
            yield fault(
                f"{path}.threshold",
                f"ambang {item.threshold} di luar skala 0 sampai {definition.rubric.scale_max}.",
                f"the threshold {item.threshold} is outside the scale 0 to {definition.rubric.scale_max}.",
            )


def example_faults(definition: v.Definition) -> Iterator[Fault]:
    """Ids, and the facts, evidence, levels and gates that an example names."""
    ids = [(f"examples[{index}].id", item.id) for index, item in enumerate(definition.examples)]
    yield from repeated(ids, "contoh", "example")
    for index, example in enumerate(definition.examples):
        yield from _example(f"examples[{index}]", example, definition)


def _example(path: str, example: v.Example, definition: v.Definition) -> Iterator[Fault]:
    asked = [fact.value for fact in definition.manifest.facts]
    asked += [fact_of(field.id) for field in derived_fields(definition)]
    evidence = [item.id for item in definition.form.evidence]
    criteria = [criterion.id for _, criterion in criteria_of(definition.rubric)]
    gates = [gate.id for _, gate in gates_of(definition)]
    for name in example.facts:
        yield from dangling(
            f"{path}.facts.{name}", name, asked, "fakta yang diminta", "fact that is asked for"
        )
    for index, item in enumerate(example.evidence):
        yield from dangling(
            f"{path}.evidence[{index}].evidence", item.evidence, evidence, "bukti", "evidence"
        )
    for name, level in example.levels.items():
        yield from dangling(f"{path}.levels.{name}", name, criteria, "kriteria", "criterion")
        if not 0 <= level <= definition.rubric.scale_max:
            yield fault(
                f"{path}.levels.{name}",
                f"tingkat {level} di luar skala 0 sampai {definition.rubric.scale_max}.",
                f"level {level} is outside the scale 0 to {definition.rubric.scale_max}.",
            )
    for index, name in enumerate(example.gates):
        yield from dangling(f"{path}.gates[{index}]", name, gates, "gerbang", "gate")
    if example.kind is v.ExampleKind.SCORED and example.total is None:
        yield fault(
            f"{path}.total",
            "contoh `scored` harus menyebut `total`.",
            "a `scored` example must state its `total`.",
        )
    if example.kind is v.ExampleKind.INVALID and not example.findings:
        yield fault(
            f"{path}.finding",
            "contoh `invalid` harus menyebut paling sedikit satu temuan.",
            "an `invalid` example must name at least one finding.",
        )
