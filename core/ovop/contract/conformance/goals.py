"""What some submission should reach: every field and evidence shown, every conditional duty, every gate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ovop.contract import vocabulary as v
from ovop.contract.places import evidence_of, fields_of, gates_of, sections_of


@dataclass(frozen=True)
class Goal:
    """Something that some submission should reach; `rules` are the conditions that stand before it."""

    name: str
    path: str
    words: v.Text
    rules: tuple[str, ...]
    chain: tuple[str, ...] = ()


def goals_of(definition: v.Definition) -> Iterator[Goal]:
    """All that should be reached, in the order of the files."""
    sections = {path: section.show_if for path, section in sections_of(definition.form)}
    for placed in fields_of(definition.form):
        chain = (*(container.id for container in placed.around), placed.field.id)
        name = ".".join(chain)
        shown = rules_in(
            sections[placed.path.partition(".fields")[0]],
            *(container.show_if for container in placed.around),
            placed.field.show_if,
        )
        yield Goal(
            f"shown {name}",
            placed.path,
            v.Text(f"isian `{name}` tidak pernah tampil.", f"the field `{name}` is never shown."),
            shown,
            chain,
        )
        if isinstance(placed.field.required, str) and not isinstance(placed.field, v.ComputedField):
            yield Goal(
                f"needed {name}",
                f"{placed.path}.required",
                v.Text(f"isian `{name}` tidak pernah wajib.", f"the field `{name}` is never required."),
                (*shown, placed.field.required),
                chain,
            )
    for path, evidence in evidence_of(definition.form):
        yield from _evidence_goals(path, evidence)
    for path, gate in gates_of(definition):
        yield Goal(
            f"gate {gate.id}",
            f"{path}.when",
            v.Text(f"gerbang `{gate.id}` tidak pernah bekerja.", f"the gate `{gate.id}` never acts."),
            (gate.when,),
        )


def _evidence_goals(path: str, evidence: v.Evidence) -> Iterator[Goal]:
    name = f"evidence.{evidence.id}"
    shown = rules_in(evidence.show_if)
    words = v.Text(
        f"bukti `{evidence.id}` tidak pernah diminta.", f"the evidence `{evidence.id}` is never asked for."
    )
    yield Goal(f"shown {name}", path, words, shown)
    if evidence.needed_from_points is not None:
        return
    if isinstance(evidence.required, str):
        needed = v.Text(
            f"bukti `{evidence.id}` tidak pernah wajib.", f"the evidence `{evidence.id}` is never required."
        )
        yield Goal(f"needed {name}", f"{path}.required", needed, (*shown, evidence.required))
    if evidence.required is False:
        return
    for index, role in enumerate(evidence.roles):
        if isinstance(role.required, str):
            needed = v.Text(
                f"peran `{role.id}` tidak pernah wajib.", f"the role `{role.id}` is never required."
            )
            yield Goal(
                f"needed {name}[{role.id}]",
                f"{path}.roles[{index}].required",
                needed,
                (*shown, *rules_in(evidence.required), role.required),
            )


def rules_in(*rules: object) -> tuple[str, ...]:
    """The rules among what stands under such keys, which may also be truth values or nothing."""
    return tuple(rule for rule in rules if isinstance(rule, str))
