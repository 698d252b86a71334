"""What assessors are shown: the answers and evidence without all that tells who the maker is (`blind` in the vocabulary)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ovop.contract.vocabulary import Definition, Evidence, EvidenceItem, Field, GroupField, RowsField


def for_assessors(
    definition: Definition, answers: Mapping[str, object], evidence: Iterable[EvidenceItem] = ()
) -> tuple[dict[str, object], tuple[EvidenceItem, ...]]:
    """Copies of the answers and the evidence without what is blind: fields of the form, columns, whole groups, and files, also those
    in a blind role and those that a blind `file` field points to. An answer that the form does not know is left out, since nothing says
    that it may be seen; so is a file without a known role where its evidence has a blind one."""
    fields = [spec for section in definition.form.sections for spec in section.fields]
    seen = _kept(fields, answers)
    hidden = {item.id for item in definition.form.evidence if item.blind}
    hidden |= {spec.id for spec in blind_fields(fields)}
    roles = _seen_roles(definition.form.evidence)
    return seen, tuple(
        item
        for item in evidence
        if item.evidence not in hidden and (item.evidence not in roles or item.role in roles[item.evidence])
    )


def blind_fields(fields: Iterable[Field]) -> list[Field]:
    """The blind fields among those given and inside them; all that stands inside a blind group or row is blind as well."""
    found: list[Field] = []
    for spec in fields:
        inside = spec.fields if isinstance(spec, GroupField | RowsField) else ()
        if spec.blind:
            found += [spec, *_all(inside)]
        else:
            found += blind_fields(inside)
    return found


def _seen_roles(evidence: Iterable[Evidence]) -> dict[str, frozenset[str]]:
    """The roles that assessors see of each evidence that keeps some from them; evidence without a blind role is not in it."""
    return {
        item.id: frozenset(role.id for role in item.roles if not role.blind)
        for item in evidence
        if any(role.blind for role in item.roles)
    }


def _all(fields: Iterable[Field]) -> list[Field]:
    found: list[Field] = []
    for spec in fields:
        found += [spec, *(_all(spec.fields) if isinstance(spec, GroupField | RowsField) else ())]
    return found


def _kept(fields: Iterable[Field], answers: Mapping[str, object]) -> dict[str, object]:
    kept: dict[str, object] = {}
    for spec in fields:
        if spec.blind:
            continue
        for name in (spec.id, f"{spec.id}_other"):
            if name in answers:
                kept[name] = _inside(spec, answers[name])
    return kept


def _inside(spec: Field, answer: object) -> object:
    if isinstance(spec, GroupField) and isinstance(answer, Mapping):
        return _kept(spec.fields, answer)
    if isinstance(spec, RowsField) and isinstance(answer, list | tuple):
        return [_kept(spec.fields, row) for row in answer if isinstance(row, Mapping)]
    return answer
