"""Worked examples run as tests of their commodity: before a definition is frozen, in its conformance tests, and on the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from ovop.contract.checker import Checker, compile_checker
from ovop.contract.scoring import LevelRefused, Score, ScoreMissing, score
from ovop.contract.vocabulary import Definition, Example, ExampleKind, Finding, Severity


class ExampleResult(Struct, frozen=True, kw_only=True):
    """What became of an example; `differences` says in plain words what came out otherwise than it states. `total` for scored ones."""

    id: str
    ok: bool
    differences: tuple[str, ...]
    findings: tuple[Finding, ...]
    total: float | None = None


def run_example(checker: Checker, example: Example) -> ExampleResult:
    """Check an example, score it where it says so, and compare with what it expects."""
    answers = msgspec.to_builtins(example.answers)  # dates that TOML knows become texts, as they are sent
    evaluation = checker.evaluate(answers, example.evidence, example.facts)
    differences = _finding_differences(example, evaluation.findings)
    acting = {gate.id for gate in evaluation.gates if gate.acts}
    if example.kind is ExampleKind.SCORED or example.gates:
        differences += _set_differences("gate", set(example.gates), acting)
    total = None
    if example.kind is ExampleKind.SCORED:
        try:
            result = score(checker, example.levels, answers, example.evidence, example.facts)
        except (ScoreMissing, LevelRefused) as error:
            differences.append(error.message.en)
        else:
            total = result.total
            differences += _total_differences(example, result)
    return ExampleResult(
        id=example.id,
        ok=not differences,
        differences=tuple(differences),
        findings=evaluation.findings,
        total=total,
    )


def run_examples(definition: Definition) -> list[ExampleResult]:
    """All examples of a definition, in order."""
    checker = compile_checker(definition)
    return [run_example(checker, example) for example in definition.examples]


def _finding_differences(example: Example, findings: Iterable[Finding]) -> list[str]:
    """`invalid`, and any example that lists findings, must have exactly these; others must have no error but those of stated gates."""
    found = Counter((f.path, f.code, f.severity) for f in findings)
    expected = Counter((f.path, f.code, f.severity) for f in example.findings)
    if example.kind is ExampleKind.INVALID or example.findings:
        judged = {Severity.ERROR, Severity.WARNING} | {f.severity for f in example.findings}
        if example.kind is not ExampleKind.INVALID:
            judged = {Severity.ERROR} | {f.severity for f in example.findings}
    else:
        judged = {Severity.ERROR}
    gates = {f"gate_{gate}" for gate in example.gates}
    unexpected = [
        key
        for key in (found - expected).elements()
        if key[2] in judged and not (key[1] in gates and key not in expected)
    ]
    lacking = list((expected - found).elements())
    differences = [f"unexpected {_named(key)}" for key in unexpected] + [
        f"missing {_named(key)}" for key in lacking
    ]
    if example.kind is ExampleKind.INVALID and not example.findings:
        differences.append("an invalid example names the findings that it must have")
    return differences


def _named(key: tuple[str, str, Severity]) -> str:
    path, code, severity = key
    return f"{severity} `{code}` at `{path or 'the whole form'}`"


def _set_differences(what: str, expected: set[str], found: set[str]) -> list[str]:
    return [f"{what} {name} acts unexpectedly" for name in sorted(found - expected)] + [
        f"{what} {name} does not act" for name in sorted(expected - found)
    ]


def _total_differences(example: Example, result: Score) -> list[str]:
    if example.total is None:
        return ["a scored example states its total"]
    if round(example.total, 2) != result.total:
        return [f"total {result.total:.2f} instead of {example.total:.2f}"]
    return []
