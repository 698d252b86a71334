"""Checking forms, without a server: the processor's microseconds for the largest valid answers of each commodity, and one hook."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from statistics import median

import msgspec

from ovop.clock import day_in_jakarta
from ovop.contract.checker import compile_checker
from ovop.contract.hooks.answers import HookAnswer
from ovop.contract.hooks.asking import Hooks
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import (
    Definition,
    Example,
    ExampleKind,
    Fact,
    FactValue,
    Severity,
    SubmissionView,
)
from tests.benchmarks.drafts import COMMODITY, full_example

TIMES = 500
WARMING = 50


class FormCosts(msgspec.Struct, frozen=True, kw_only=True):
    """What one commodity costs: the median check in microseconds of this thread's processor time, the rest in milliseconds.

    `compile_ms` is compiling the rules, `first_ms` the first check, which writes the proof of the form.
    """

    commodity: str
    example: str
    kilobytes: float
    check_us: float
    compile_ms: float
    first_ms: float


class HookCosts(msgspec.Struct, frozen=True, kw_only=True):
    """Medians of one hook through its worker, in microseconds as a clock shows them: from a thread that waits, from an event loop."""

    blocking_us: float
    async_us: float


def measure_forms(registry: Registry) -> list[FormCosts]:
    """Every installed commodity, the dearest check first."""
    costs = [_form(commodity.definition) for commodity in registry.commodities.values()]
    return sorted(costs, key=lambda cost: -cost.check_us)


def largest_example(definition: Definition) -> Example:
    """The example with the most answers that a commodity calls valid, by the length of their JSON."""
    valid = (example for example in definition.examples if example.kind is ExampleKind.VALID)
    return max(valid, key=lambda example: len(msgspec.json.encode(example.answers)))


def _form(definition: Definition) -> FormCosts:
    example = largest_example(definition)
    content = msgspec.json.encode(example.answers)
    # Each check has answers of its own, as they come from a request, so that nothing is remembered of them.
    answers = (msgspec.json.decode(content) for _ in range(WARMING + TIMES + 1))
    compile_ms = median(_once(lambda: compile_checker(definition)) for _ in range(5)) / 1000
    checker = compile_checker(definition)
    first = next(answers)
    first_ms = _once(lambda: checker.check(first, example.evidence, example.facts)) / 1000
    found = checker.check(first, example.evidence, example.facts)
    if any(finding.severity is Severity.ERROR for finding in found if not finding.code.startswith("gate_")):
        raise RuntimeError(f"{example.id} is not valid: {[finding.code for finding in found]}")
    taken = []
    for fresh in answers:
        begun = time.thread_time_ns()
        checker.check(fresh, example.evidence, example.facts)
        taken.append(time.thread_time_ns() - begun)
    return FormCosts(
        commodity=definition.manifest.id,
        example=example.id,
        kilobytes=len(content) / 1000,
        check_us=median(taken[WARMING:]) / 1000,
        compile_ms=compile_ms,
        first_ms=first_ms,
    )


def _once(work: Callable[[], object]) -> float:
    """Microseconds of this thread's processor time for one call."""
    begun = time.thread_time_ns()
    work()
    return (time.thread_time_ns() - begun) / 1000


def measure_hook(registry: Registry) -> HookCosts:
    """The hook `score_hints` of the commodity that is handed in, with the answers and files of its fullest example."""
    now = datetime.now(UTC)
    definition = registry.commodities[COMMODITY].definition
    example = full_example(registry, now)
    facts: dict[str, FactValue] = {
        Fact.TODAY: day_in_jakarta(now),
        Fact.KBLI: tuple(f"{k.edition}:{k.code}" for k in definition.manifest.kbli),
    }
    view = SubmissionView(
        commodity=COMMODITY,
        version=definition.manifest.version,
        answers=msgspec.json.decode(msgspec.json.encode(example.answers)),
        evidence=example.evidence,
        facts=facts,
    )
    with closing(Hooks(registry)) as hooks:
        blocking = list(_asked(hooks, {"submission": view}))
        waited = asyncio.run(_awaited(hooks, {"submission": view}))
    return HookCosts(blocking_us=median(blocking[WARMING:]), async_us=median(waited[WARMING:]))


def _asked(hooks: Hooks, arguments: Mapping[str, object]) -> Iterator[float]:
    for _ in range(WARMING + TIMES):
        begun = time.perf_counter_ns()
        answer = hooks.ask_now(COMMODITY, "score_hints", **arguments)
        yield (time.perf_counter_ns() - begun) / 1000
        _require_answer(answer)


async def _awaited(hooks: Hooks, arguments: Mapping[str, object]) -> list[float]:
    taken = []
    for _ in range(WARMING + TIMES):
        begun = time.perf_counter_ns()
        answer = await hooks.ask(COMMODITY, "score_hints", **arguments)
        taken.append((time.perf_counter_ns() - begun) / 1000)
        _require_answer(answer)
    return taken


def _require_answer(answer: HookAnswer) -> None:
    if not answer.asked or answer.failure:
        raise RuntimeError(f"the hook does not answer: {answer.failure}")
