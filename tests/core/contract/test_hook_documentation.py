"""`core/docs/hooks.md` has a section for every hook, with its exact signature and budget."""

import inspect
import re
from pathlib import Path

import pytest

from ovop.contract import hookspecs

TEXT = (Path(__file__).parents[3] / "core" / "docs" / "hooks.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(hookspecs.BUDGETS_MS))
def test_every_hook_has_a_section_with_its_signature_and_budget(name: str) -> None:
    section = TEXT.split(f"\n## {name}\n")[1].split("\n## ")[0]
    signature = str(inspect.signature(getattr(hookspecs, name))).replace("'", "")
    assert f"`{name}{signature}`" in section
    assert f"Budget {hookspecs.BUDGETS_MS[name]} ms" in section


def test_no_section_is_about_a_hook_that_does_not_exist() -> None:
    assert sorted(re.findall(r"^## (\w+)$", TEXT, re.M)) == sorted(hookspecs.BUDGETS_MS)
