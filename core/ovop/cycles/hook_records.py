"""What a commodity's own code answers on its worked examples: kept when a cycle freezes it, and asked again to see that it still does."""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, TypeAlias

import msgspec

from ovop.contract.hooks.asking import Hooks
from ovop.contract.vocabulary import Definition, Example, Fact, Facts, SubmissionView

ON_EXAMPLES = ("validate_submission", "derive_fields", "score_hints", "advise", "catalogue_card")
"""The hooks that say something about a submission, so that a worked example can be held against them."""


class HookRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What one hook answered on one example: the answer, the SHA-256 of its canonical JSON, or the class of its failure."""

    digest: str
    answer: Any = None
    failure: str = ""


Records: TypeAlias = Mapping[str, Mapping[str, HookRecord]]
"""Example -> hook -> record."""


async def hook_records(hooks: Hooks, definition: Definition, implemented: Sequence[str]) -> Records:
    """What each implemented hook answers today on each worked example."""
    asked = [hook for hook in ON_EXAMPLES if hook in implemented]
    return {
        example.id: {hook: await _record(hooks, definition, example, hook) for hook in asked}
        for example in definition.examples
        if asked
    }


def differences(then: Records, now: Records) -> tuple[str, ...]:
    """`example/hook` of every answer that is not the one that was kept."""
    return tuple(
        f"{example}/{hook}"
        for example, kept in sorted(then.items())
        for hook, record in sorted(kept.items())
        if now.get(example, {}).get(hook) != record
    )


def example_view(definition: Definition, example: Example) -> SubmissionView:
    """A worked example as a hook is shown a submission."""
    return SubmissionView(
        commodity=definition.manifest.id,
        version=definition.manifest.version,
        answers=msgspec.to_builtins(example.answers),
        evidence=example.evidence,
        facts=_facts(example),
    )


def _facts(example: Example) -> Facts:
    """The facts with the day as a date, as the platform gives it."""
    facts: dict[str, Any] = dict(example.facts)
    if isinstance(today := facts.get(Fact.TODAY), str):
        facts[Fact.TODAY] = date.fromisoformat(today)
    return facts


async def _record(hooks: Hooks, definition: Definition, example: Example, hook: str) -> HookRecord:
    arguments: dict[str, object] = {"submission": example_view(definition, example)}
    if hook == "advise":
        arguments["levels"] = dict(example.levels)
    answer = await hooks.ask(definition.manifest.id, hook, **arguments)
    if answer.failure:
        return HookRecord(digest="", failure=answer.cause)
    content = msgspec.json.encode(answer.value, order="sorted")
    return HookRecord(digest=sha256(content).hexdigest(), answer=msgspec.json.decode(content))
