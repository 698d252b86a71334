"""Rules about the worked examples: there are enough of them, and together they show every gate, finding and band at work."""

from __future__ import annotations

from collections.abc import Iterator

from ovop.contract import vocabulary as v
from ovop.contract.conformance.subject import Subject
from ovop.contract.errors import Fault
from ovop.contract.examples import run_example
from ovop.contract.faults import fault
from ovop.contract.places import FORM, criteria_of, fields_of, gates_of
from ovop.contract.scoring import band_level

MINIMUM: tuple[tuple[v.ExampleKind, int], ...] = (
    (v.ExampleKind.VALID, 1),
    (v.ExampleKind.INVALID, 2),
    (v.ExampleKind.SCORED, 1),
)


def examples_reproduce(subject: Subject) -> Iterator[Fault]:
    """Each example gives exactly what it states."""
    for index, example in enumerate(subject.definition.examples):
        result = run_example(subject.checker, example)
        for difference in result.differences:
            yield fault(
                f"examples[{index}]",
                f"contoh `{example.id}`: {difference}.",
                f"example `{example.id}`: {difference}.",
            )


def examples_are_enough(subject: Subject) -> Iterator[Fault]:
    """One valid, two invalid, one scored, and one that meets a gate where there are gates."""
    kinds = [example.kind for example in subject.definition.examples]
    for kind, minimum in MINIMUM:
        if kinds.count(kind) < minimum:
            yield fault(
                "examples",
                f"ada {kinds.count(kind)} contoh `{kind}`, paling sedikit {minimum}.",
                f"there are {kinds.count(kind)} examples of kind `{kind}`, at least {minimum} are needed.",
            )
    if subject.definition.gates and not any(example.gates for example in subject.definition.examples):
        yield fault(
            "examples",
            "tidak ada contoh yang mengenai gerbang.",
            "there is no example that meets a gate.",
        )


def gates_are_shown(subject: Subject) -> Iterator[Fault]:
    """Each gate acts in some example."""
    acting = {gate.id for run in subject.runs for gate in run.evaluation.gates if gate.acts}
    for path, gate in gates_of(subject.definition):
        if gate.id not in acting:
            yield fault(
                path,
                f"gerbang {gate.id} tidak bekerja dalam contoh mana pun.",
                f"the gate {gate.id} acts in no example.",
            )


def checks_are_shown(subject: Subject) -> Iterator[Fault]:
    """Each check of the form has its finding in some example."""
    found = {finding.code for run in subject.runs for finding in run.evaluation.findings}
    told: set[str] = set()
    for path, check in checks_of(subject.definition.form):
        if check.code not in found and check.code not in told:
            told.add(check.code)
            yield fault(
                path,
                f"temuan `{check.code}` tidak muncul dalam contoh mana pun.",
                f"the finding `{check.code}` comes up in no example.",
            )


def bands_are_shown(subject: Subject) -> Iterator[Fault]:
    """Each band of a criterion gives its level in some example."""
    answered = [
        subject.checker.read(run.case.answers, run.case.evidence, run.case.facts) for run in subject.runs
    ]
    for path, criterion in criteria_of(subject.definition.rubric):
        if not criterion.bands:
            continue
        reached = {band_level(subject.checker, case, criterion.id) for case in answered}
        for level in sorted({band.level for band in criterion.bands} - reached):
            yield fault(
                f"{path}.bands",
                f"tingkat {level} pada {criterion.id} tidak dicapai contoh mana pun.",
                f"level {level} of {criterion.id} is reached by no example.",
            )


def checks_of(form: v.Form) -> Iterator[tuple[str, v.Check]]:
    """All checks of a form with their places: those of fields and rows first, then those that span the form."""
    for placed in fields_of(form):
        for index, check in enumerate(placed.field.checks):
            yield f"{placed.path}.checks[{index}]", check
        if isinstance(placed.field, v.RowsField):
            for index, check in enumerate(placed.field.row_checks):
                yield f"{placed.path}.row_checks[{index}]", check
    for index, check in enumerate(form.checks):
        yield f"{FORM}.check[{index}]", check
