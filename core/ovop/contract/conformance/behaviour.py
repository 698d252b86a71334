"""Rules about how a commodity behaves: its code answers, the same input gives the same output, quickly, and without telling on the maker."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from time import perf_counter

import msgspec

from ovop.contract import vocabulary as v
from ovop.contract.blind import blind_fields, for_assessors
from ovop.contract.conformance.code import Code, arguments_for, view_of
from ovop.contract.conformance.subject import Run, Subject
from ovop.contract.derived import PREFIX, derived_fields, facts_from
from ovop.contract.errors import Fault
from ovop.contract.faults import fault
from ovop.contract.hookspecs import BUDGETS_MS

CHECK_BUDGET_MS = 5.0
"""Time in which the fullest example is checked, on any machine that develops a commodity."""

TIMES = 5
"""The quickest of so many counts, so that a busy machine does not decide."""

SHORTEST_NAME = 4
"""Characters from which the value of a blind field is looked for elsewhere; shorter ones stand in many words by chance."""

_TOLD = v.TextField | v.LongTextField | v.IdentifierField | v.ReferenceField


def hooks_answer(subject: Subject) -> Iterator[Fault]:
    """The code loads and every hook answers every example: of the right type, about its own things, without input or output."""
    code = subject.code
    if code is None:
        return
    if code.problem is not None:
        yield fault("", code.problem.id, code.problem.en)
        return
    for hook in code.names:
        for run in subject.runs:
            answer = code.ask(
                hook, arguments_for(hook, view_of(subject.definition, run.case), run.example.levels)
            )
            if answer.failure:
                yield fault(
                    f"examples[{subject.definition.examples.index(run.example)}]",
                    f"hook `{hook}` gagal pada contoh `{run.example.id}`: {answer.failure}.",
                    f"the hook `{hook}` fails on the example `{run.example.id}`: {answer.failure}.",
                )
                break


def derived_values_agree(subject: Subject) -> Iterator[Fault]:
    """Computed fields without a rule have code behind them, and each example states as facts what that code says."""
    fields = derived_fields(subject.definition)
    code = subject.code
    if fields and code is None and subject.folder is not None:  # without a folder nobody has looked for code
        names = ", ".join(field.id for field in fields)
        yield fault(
            "",
            f"isian terhitung tanpa `rule` ({names}) memerlukan kode; tulis `rule`, atau sebut modul di entry point.",
            f"computed fields without a `rule` ({names}) need code; write a `rule`, or name the module in the entry point.",
        )
    if not fields or code is None or "derive_fields" not in code.names:
        return
    for index, run in enumerate(subject.runs):
        value = _asked(subject, code, "derive_fields", run)
        derived = facts_from(value if isinstance(value, Mapping) else {})
        stated = {name: fact for name, fact in run.case.facts.items() if name.startswith(PREFIX)}
        for name in sorted(derived.keys() | stated.keys()):
            if derived.get(name) != stated.get(name):
                yield fault(
                    f"examples[{index}].facts.{name}",
                    f"contoh menyatakan {stated.get(name)!r}, kode memberi {derived.get(name)!r}.",
                    f"the example states {stated.get(name)!r}, the code gives {derived.get(name)!r}.",
                )


def answers_repeat(subject: Subject) -> Iterator[Fault]:
    """Checked twice, in either order, an example gives the same, and its answers are left as they were."""
    for index, run in enumerate(subject.runs):
        before = copy.deepcopy(run.case.answers)
        again = subject.checker.evaluate(run.case.answers, run.case.evidence, run.case.facts)
        if again != run.evaluation or run.case.answers != before:
            yield fault(
                f"examples[{index}]",
                f"contoh `{run.example.id}` memberi hasil lain pada pemeriksaan kedua.",
                f"the example `{run.example.id}` gives another result when checked again.",
            )
    code = subject.code
    for hook in code.names if code else ():
        assert code is not None  # noqa: S101  # the line above
        first = [_asked(subject, code, hook, run) for run in subject.runs]
        second = [_asked(subject, code, hook, run) for run in reversed(subject.runs)]
        for index, (one, other) in enumerate(zip(first, reversed(second), strict=True)):
            if one != other:
                yield fault(
                    f"examples[{index}]",
                    f"hook `{hook}` menjawab lain pada pertanyaan kedua.",
                    f"the hook `{hook}` answers differently when asked again.",
                )


def within_budget(subject: Subject) -> Iterator[Fault]:
    """The fullest example is checked, and every hook answers, within the time allowed."""
    if not subject.runs:
        return
    fullest = max(subject.runs, key=lambda run: len(run.evaluation.visible))
    case = fullest.case
    quickest = min(_milliseconds(subject, fullest) for _ in range(TIMES))
    if quickest > CHECK_BUDGET_MS:
        yield fault(
            f"examples[{subject.definition.examples.index(fullest.example)}]",
            f"pemeriksaan contoh `{fullest.example.id}` memakan {quickest:.1f} ms, paling lama {CHECK_BUDGET_MS:g} ms.",
            f"checking the example `{fullest.example.id}` takes {quickest:.1f} ms, at most {CHECK_BUDGET_MS:g} ms allowed.",
        )
    code = subject.code
    for hook in code.names if code else ():
        assert code is not None  # noqa: S101  # the line above
        arguments = arguments_for(hook, view_of(subject.definition, case), fullest.example.levels)
        elapsed = min(code.ask(hook, arguments).elapsed_ms for _ in range(TIMES))
        if elapsed > BUDGETS_MS[hook]:
            yield fault(
                "",
                f"hook `{hook}` memakan {elapsed:.0f} ms, paling lama {BUDGETS_MS[hook]} ms.",
                f"the hook `{hook}` takes {elapsed:.0f} ms, at most {BUDGETS_MS[hook]} ms allowed.",
            )


def blind_is_kept(subject: Subject) -> Iterator[Fault]:
    """What the examples answer in blind fields stands nowhere in what assessors are shown: answers, computed values, files, hints."""
    for index, run in enumerate(subject.runs):
        shown = _shown_to_assessors(subject, run)
        for name, value in _blind_texts(subject.definition, run.case.answers):
            where = [place for place, text in shown if value.casefold() in text.casefold()]
            if where:
                yield fault(
                    f"examples[{index}]",
                    f"contoh `{run.example.id}`: nilai isian blind `{name}` masih terbaca di {', '.join(where)}.",
                    f"example `{run.example.id}`: the value of the blind field `{name}` can still be read in {', '.join(where)}.",
                )


def _shown_to_assessors(subject: Subject, run: Run) -> list[tuple[str, str]]:
    answers, evidence = for_assessors(subject.definition, run.case.answers, run.case.evidence)
    hidden = {spec.id for spec in blind_fields(_fields(subject.definition))}
    shown = [(name, _written(answer)) for name, answer in answers.items()]
    shown += [
        (path, _written(value))
        for path, value in run.evaluation.computed.items()
        if not hidden & set(path.replace("[", ".").split("."))
    ]
    shown += [(f"evidence.{item.evidence}", f"{item.number} {item.issuer}") for item in evidence]
    if subject.code is not None and "score_hints" in subject.code.names:
        hints = _asked(subject, subject.code, "score_hints", run)
        shown.append(("score_hints", _written(msgspec.to_builtins(hints))))
    return shown


def _blind_texts(definition: v.Definition, answers: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    blind = {spec.id: spec for spec in blind_fields(_fields(definition))}
    for name, value in _leaves(answers):
        if (
            isinstance(blind.get(name), _TOLD)
            and isinstance(value, str)
            and len(value.strip()) >= SHORTEST_NAME
        ):
            yield name, value.strip()


def _leaves(answer: object, name: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(answer, Mapping):
        for key, value in answer.items():
            yield from _leaves(value, str(key))
    elif isinstance(answer, list | tuple):
        for item in answer:
            yield from _leaves(item, name)
    else:
        yield name, answer


def _fields(definition: v.Definition) -> Iterable[v.Field]:
    return [spec for section in definition.form.sections for spec in section.fields]


def _written(value: object) -> str:
    return " ".join(str(leaf) for _, leaf in _leaves(value))


def _milliseconds(subject: Subject, run: Run) -> float:
    started = perf_counter()
    subject.checker.check(run.case.answers, run.case.evidence, run.case.facts)
    return (perf_counter() - started) * 1000


def _asked(subject: Subject, code: Code, hook: str, run: Run) -> object:
    view = view_of(subject.definition, run.case)
    return code.ask(hook, arguments_for(hook, view, run.example.levels)).value
