"""How far each section of a submission is, by the findings of the checker. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from ovop.contract import vocabulary as v
from ovop.contract.checker import Checker, Evaluation

State: TypeAlias = Literal["empty", "begun", "wrong", "whole"]


class Progress(Struct, frozen=True, kw_only=True):
    """One section: `done` of `asked` answers and files are there; `missing` and `wrong` say what stands in the way of handing in."""

    section: v.Section
    state: State
    asked: int
    done: int
    files: int
    missing: tuple[v.Finding, ...]
    wrong: tuple[v.Finding, ...]
    open: bool


def progress_of(
    checker: Checker,
    *,
    answers: v.Answers,
    evidence: Iterable[v.EvidenceItem],
    evaluation: Evaluation,
    findings: Sequence[v.Finding],
    opened: Sequence[str],
) -> tuple[Progress, ...]:
    """The sections that are shown, in order. `findings` are those of the full check, `evaluation` that of the draft; `opened` names the only
    sections that may be changed, none of them where all may."""
    section_of = checker.section_of
    errors = [f for f in findings if f.severity is v.Severity.ERROR]
    drafted = {(f.path, f.code) for f in evaluation.findings}
    shown = {section_of(path) for path in evaluation.visible}
    items = list(evidence)
    found = []
    for section in checker.definition.form.sections:
        if section.id not in shown:
            continue
        own = [f for f in errors if f.section == section.id]
        missing = tuple(f for f in own if (f.path, f.code) not in drafted)
        wrong = tuple(f for f in own if (f.path, f.code) in drafted)
        files = sum(1 for item in items if section_of(f"evidence.{item.evidence}") == section.id)
        begun = files or any(name in answers for name in _names(section))
        asked = [path for path in evaluation.required if section_of(path) == section.id]
        state: State = "wrong" if wrong else "whole" if not missing else "begun" if begun else "empty"
        found.append(
            Progress(
                section=section,
                state=state,
                asked=len(asked),
                done=max(0, len(asked) - len(missing)),
                files=files,
                missing=missing,
                wrong=wrong,
                open=not opened or section.id in opened,
            )
        )
    return tuple(found)


def _names(section: v.Section) -> Iterable[str]:
    return (field.id for field in section.fields if not isinstance(field, v.ComputedField))
