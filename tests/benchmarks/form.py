"""Checking the form, without a server: the processor's microseconds for one full, valid set of answers."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median

import msgspec

from ovop.clock import day_in_jakarta
from ovop.contract.checker import compile_checker
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import Answers, Fact, FactValue, SubmissionView
from tests.benchmarks.drafts import COMMODITY, full_example

TIMES = 500
WARMING = 50


class FormCosts(msgspec.Struct, frozen=True, kw_only=True):
    """Medians: the check and one hook in microseconds of this thread's processor time, compiling the rules in milliseconds."""

    check_us: float
    hook_us: float
    compile_ms: float


def measure_form(registry: Registry) -> FormCosts:
    """The check with evidence and facts, and apart from it the call of the hook that the commodity has."""
    now = datetime.now(UTC)
    definition = registry.commodities[COMMODITY].definition
    example = full_example(registry, now)
    facts: dict[str, FactValue] = {
        Fact.TODAY: day_in_jakarta(now),
        Fact.ENTERPRISE_SIZE: "small",
        Fact.REGENCY: "3375",
        Fact.PROVINCE: "33",
        Fact.KBLI: tuple(f"{k.edition}:{k.code}" for k in definition.manifest.kbli),
        Fact.CENTRE_MEMBERS: 12,
    }
    answers: Answers = msgspec.json.decode(
        msgspec.json.encode(example.answers)
    )  # as they come from a request
    checker = compile_checker(definition)
    found = checker.check(answers, example.evidence, facts)
    if found:
        raise RuntimeError(f"the example is not valid: {[f.code for f in found]}")
    view = SubmissionView(
        commodity=COMMODITY,
        version=definition.manifest.version,
        answers=answers,
        evidence=example.evidence,
        facts=facts,
    )
    answer = registry.ask(COMMODITY, "score_hints", submission=view)
    if not answer.asked or answer.failure:
        raise RuntimeError(f"the hook does not answer: {answer.failure}")
    return FormCosts(
        check_us=_microseconds(lambda: checker.check(answers, example.evidence, facts)),
        hook_us=_microseconds(lambda: registry.ask(COMMODITY, "score_hints", submission=view)),
        compile_ms=_microseconds(lambda: compile_checker(definition), times=5, warming=0) / 1000,
    )


def _microseconds(work: Callable[[], object], *, times: int = TIMES, warming: int = WARMING) -> float:
    for _ in range(warming):
        work()
    taken = []
    for _ in range(times):
        begun = time.thread_time_ns()
        work()
        taken.append(time.thread_time_ns() - begun)
    return median(taken) / 1000
