"""`core/docs/hooks.md` has a section for every hook, with its exact signature, budget and failure policy, and says how hooks are asked."""

import inspect
import re
from pathlib import Path

import pytest

from ovop.contract import hookspecs
from ovop.contract.hooks.answers import Outcome
from ovop.contract.hooks.terms import Limits
from ovop.settings import Settings

TEXT = (Path(__file__).parents[3] / "core" / "docs" / "hooks.md").read_text(encoding="utf-8")
WORDS = " ".join(TEXT.split())
CHAPTERS = ["How they are asked", "When one fails"]


def failure_policy(text: str) -> str:
    """The sentence that begins with `Failure:`."""
    return re.findall(r"Failure: [^.]+\.", " ".join(text.split()))[0]


@pytest.mark.parametrize("name", sorted(hookspecs.BUDGETS_MS))
def test_every_hook_has_a_section_with_its_signature_budget_and_failure_policy(name: str) -> None:
    section = TEXT.split(f"\n## {name}\n")[1].split("\n## ")[0]
    hook = getattr(hookspecs, name)
    signature = str(inspect.signature(hook)).replace("'", "")
    assert f"`{name}{signature}`" in section
    assert f"Budget {hookspecs.BUDGETS_MS[name]} ms" in " ".join(section.split())
    assert f"Budget: {hookspecs.BUDGETS_MS[name]} ms" in hook.__doc__
    assert failure_policy(section) == failure_policy(hook.__doc__)


def test_no_section_is_about_a_hook_that_does_not_exist() -> None:
    assert sorted(re.findall(r"^## (.+)$", TEXT, re.M)) == sorted([*hookspecs.BUDGETS_MS, *CHAPTERS])


def test_table_of_outcomes_is_complete() -> None:
    rows = re.findall(r"^\| (`.+?) \|", TEXT, re.M)
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(Outcome)


def test_settings_are_named_with_their_defaults() -> None:
    settings = Settings()
    assert f"(`OVOP_HOOK_SECONDS`, {settings.hook_seconds:g})" in WORDS
    assert f"`OVOP_HOOK_MEGABYTES` ({settings.hook_megabytes})" in WORDS
    assert "`OVOP_METRICS_TOKEN`" in WORDS
    assert (Limits().seconds, Limits().megabytes) == (settings.hook_seconds, settings.hook_megabytes)
    assert f"left alone for {Limits().rest_seconds:g} seconds" in WORDS
