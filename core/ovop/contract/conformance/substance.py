"""Rules about what a commodity has to offer: aims, backing, guidance, sources, stories."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ovop.contract import vocabulary as v
from ovop.contract.aims import aims_served
from ovop.contract.conformance.subject import Subject
from ovop.contract.errors import Fault
from ovop.contract.faults import fault
from ovop.contract.places import CRITERIA, MANIFEST, criteria_of, evidence_of, fields_of, gates_of
from ovop.contract.upcasting import major_of

LOW_SCORE = 0.4
"""Share of the scale (2 of 5) at and below which an applicant has to be told how to do better."""

BODY_LENGTH = 200
"""Characters, in each language, below which advice is a slogan rather than something to do."""


def aims_are_served(subject: Subject) -> Iterator[Fault]:
    """Every criterion serves an aim, and each of the nine aims is served."""
    rubric = subject.definition.rubric
    for path, criterion in criteria_of(rubric):
        if not criterion.serves:
            yield fault(
                f"{path}.serves",
                f"kriteria {criterion.id} tidak melayani satu tujuan pun.",
                f"the criterion {criterion.id} serves no aim.",
            )
    for served in aims_served(rubric):
        if not served.criteria:
            yield fault(
                f"{CRITERIA}.rubric",
                f"tidak ada kriteria yang melayani tujuan `{served.aim}` ({served.name.id}).",
                f"no criterion serves the aim `{served.aim}` ({served.name.en}).",
            )


def criteria_are_backed(subject: Subject) -> Iterator[Fault]:
    """Every criterion names the fields or evidence on which a level rests."""
    for path, criterion in criteria_of(subject.definition.rubric):
        if not criterion.backed_by:
            yield fault(
                f"{path}.backed_by",
                f"kriteria {criterion.id} tidak menyebut isian atau bukti yang mendasarinya.",
                f"the criterion {criterion.id} names no field or evidence that backs it.",
            )


def criteria_have_guidance(subject: Subject) -> Iterator[Fault]:
    """Every criterion has a step that is shown at a low score."""
    scale = subject.definition.rubric.scale_max
    helped = {
        code
        for item in subject.definition.guidance
        if item.kind is v.GuidanceKind.STEP and item.threshold >= LOW_SCORE * scale
        for code in item.criteria
    }
    for path, criterion in criteria_of(subject.definition.rubric):
        if criterion.id not in helped:
            yield fault(
                path,
                f"tidak ada panduan untuk nilai rendah pada kriteria {criterion.id} ({criterion.name.id}).",
                f"there is no guidance for a low score in {criterion.id} ({criterion.name.en}).",
            )


def themes_have_guidance(subject: Subject) -> Iterator[Fault]:
    """Every theme has at least one piece of advice."""
    themes = {item.theme for item in subject.definition.guidance}
    for theme in v.Theme:
        if theme not in themes:
            yield fault(
                "guidance",
                f"tidak ada panduan bertema `{theme}`.",
                f"there is no guidance on the theme `{theme}`.",
            )


def guidance_says_what_to_do(subject: Subject) -> Iterator[Fault]:
    """Advice is long enough, in each language, to be followed."""
    for index, item in enumerate(subject.definition.guidance):
        for language, text in (("id", item.body.id), ("en", item.body.en)):
            if len(text) < BODY_LENGTH:
                yield fault(
                    f"guidance[{index}].body",
                    f"panduan `{item.id}` ({language}) hanya {len(text)} huruf.",
                    f"the guidance `{item.id}` ({language}) has only {len(text)} characters.",
                )


def manifest_names_sources(subject: Subject) -> Iterator[Fault]:
    """The manifest lists where the criteria come from."""
    if not subject.definition.manifest.sources:
        yield fault(f"{MANIFEST}.sources", "daftar sumber kosong.", "the list of sources is empty.")


def card_is_declared(subject: Subject) -> Iterator[Fault]:
    """The catalogue has something to show of a product."""
    if not subject.definition.manifest.card_fields:
        yield fault(
            f"{MANIFEST}.card_fields",
            "tidak ada isian untuk kartu katalog.",
            "there are no fields for the catalogue card.",
        )


def earlier_answers_are_read(subject: Subject) -> Iterator[Fault]:
    """From the second major version on, answers of the one before can be taken over: by the data, or by the hook."""
    definition = subject.definition
    major = major_of(definition.manifest.version)
    by_code = subject.code is not None and "upcast" in subject.code.names
    if major > 1 and not definition.form.upcasts and not by_code:
        yield fault(
            f"{MANIFEST}.version",
            f"jawaban versi {major - 1} tidak dapat dibawa ke versi {major}.",
            f"answers of version {major - 1} cannot be taken over into version {major}.",
        )


def success_story_is_told(subject: Subject) -> Iterator[Fault]:
    """At least one maker's success is told; the loader has seen to the consent."""
    if not any(item.kind is v.GuidanceKind.SUCCESS_STORY for item in subject.definition.guidance):
        yield fault("guidance", "tidak ada kisah sukses.", "there is no success story.")


def photos_have_roles(subject: Subject) -> Iterator[Fault]:
    """Each set of photos says which pictures it needs."""
    for path, evidence in evidence_of(subject.definition.form):
        if evidence.kind is v.EvidenceKind.PHOTO and not evidence.roles:
            yield fault(
                f"{path}.roles",
                f"foto `{evidence.id}` tidak menyebut peran gambarnya.",
                f"the photos `{evidence.id}` do not say which pictures they need.",
            )


def numbers_have_sources(subject: Subject) -> Iterator[Fault]:
    """What is judged by comes from a named source, or says that it is proposed."""
    definition = subject.definition
    for index, table in enumerate(definition.limit_tables):
        for number, row in enumerate(table.rows):
            if not (row.source or table.source or row.status is v.Status.PROPOSED):
                yield _unsourced(f"{CRITERIA}.limit_table[{index}].row[{number}]", " · ".join(row.key))
    for path, gate in gates_of(definition):
        if not (gate.legal_basis or gate.status is v.Status.PROPOSED):
            yield _unsourced(path, gate.id)
    for path, criterion in criteria_of(definition.rubric):
        if not (criterion.source or criterion.status is v.Status.PROPOSED):
            yield _unsourced(path, criterion.id)
    for placed in fields_of(definition.form):
        spec = placed.field
        if _has_bounds(spec) and not (spec.source or spec.status is v.Status.PROPOSED):
            yield _unsourced(placed.path, spec.id)
    for index, item in enumerate(definition.guidance):
        if not (item.source or item.consent or item.status is v.Status.PROPOSED):
            yield _unsourced(f"guidance[{index}]", item.id)


def _unsourced(path: str, name: str) -> Fault:
    return fault(
        path,
        f"`{name}` tidak menyebut sumber dan tidak bertanda `proposed`.",
        f"`{name}` names no source and is not marked `proposed`.",
    )


def _has_bounds(spec: v.Field) -> bool:
    """Whether a number or a form of writing is asked for beyond what the type of field itself asks."""
    usual = {field.name: field.default for field in msgspec.structs.fields(type(spec))}
    names = ("minimum", "maximum", "minimum_days", "maximum_days", "pattern")
    return any(getattr(spec, name) != usual[name] for name in names if name in usual)
