"""Rules judged by generated submissions: whatever is handed in, neither the checker nor a hook fails. Needs Hypothesis (the extra `kit`)."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import msgspec
from hypothesis import HealthCheck, Phase, given, settings

from ovop.contract.conformance.code import arguments_for, view_of
from ovop.contract.conformance.reach import Reach
from ovop.contract.conformance.strategies import changed_examples, fitting, misshapen, submissions
from ovop.contract.conformance.subject import Case, Subject
from ovop.contract.errors import Fault
from ovop.contract.faults import fault
from ovop.contract.scoring import LevelRefused, ScoreMissing, score

SUBMISSIONS = 60
"""Generated for one judgement; the same ones each time, so that a tier does not depend on luck."""

LONGEST_QUOTE = 300


class _Failed(Exception):
    """A generated submission on which something went wrong."""


def answers_survive(subject: Subject) -> Iterator[Fault]:
    """Checker, score and hooks answer every generated submission, twice the same, and leave it as it was."""
    last: list[Case] = []

    def one(case: Case) -> None:
        last[:] = [case]
        _try(subject, case)

    try:
        for case in misshapen(subject.definition, one_by_one=False):
            one(case)
        for case in misshapen(subject.definition, one_by_one=True) if subject.code else ():
            last[:] = [case]
            _ask_hooks(subject, case)
        _settings(SUBMISSIONS)(given(submissions(subject.definition))(one))()
    except _Failed as failed:
        answers = str(msgspec.to_builtins(last[0].answers))[:LONGEST_QUOTE]
        yield fault("", f"{failed}; jawaban: {answers}.", f"{failed}; answers: {answers}.")


def reach_more(reach: Reach) -> None:
    """Look for what is not reached yet among random submissions."""

    def one(case: Case) -> None:
        if reach.open:
            reach.note(case)

    definition = reach.subject.definition
    for strategy in (changed_examples(definition), fitting(definition)):
        if reach.open:
            _settings(SUBMISSIONS)(given(strategy)(one))()


def _settings(count: int) -> settings:
    return settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
        print_blob=False,
    )


def _try(subject: Subject, case: Case) -> None:
    before = copy.deepcopy(case.answers)
    try:
        first = subject.checker.evaluate(case.answers, case.evidence, case.facts)
        again = subject.checker.evaluate(case.answers, case.evidence, case.facts)
        draft = subject.checker.check(case.answers, case.evidence, case.facts, partial=True)
        msgspec.json.encode((first.findings, draft))
        _score(subject, case)
    except Exception as error:
        raise _Failed(f"checker: {type(error).__name__}: {error}") from error
    if first.findings != again.findings or repr(case.answers) != repr(
        before
    ):  # by text, since NaN equals nothing
        raise _Failed("checker: another result when checked again")
    _ask_hooks(subject, case)


def _score(subject: Subject, case: Case) -> None:
    scale = subject.definition.rubric.scale_max
    levels = {item.id: scale for group in subject.definition.rubric.groups for item in group.criteria}
    try:
        score(subject.checker, levels, case.answers, case.evidence, case.facts)
    except (ScoreMissing, LevelRefused) as error:
        raise AssertionError(error.message.en) from error


def _ask_hooks(subject: Subject, case: Case) -> None:
    code = subject.code
    if code is None or code.problem is not None:
        return
    view = view_of(subject.definition, case)
    for hook in code.names:
        answer = code.ask(hook, arguments_for(hook, view, {}))
        if answer.failure:
            raise _Failed(f"hook {hook}: {answer.failure}")
