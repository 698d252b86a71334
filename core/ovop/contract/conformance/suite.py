"""The published rules as tests to inherit. Needs pytest and Hypothesis (the extra `kit`).

from ovop.contract.conformance.suite import CommodityConformance

class TestConformance(CommodityConformance):
    folder = Path(__file__).parents[1] / "ovop_kopi" / "definition"
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from ovop.contract.conformance.code import code_of
from ovop.contract.conformance.published import PublishedRule, Tier, rules_up_to
from ovop.contract.conformance.report import problems_of
from ovop.contract.conformance.subject import Subject
from ovop.contract.loader import load_definition
from ovop.contract.registry import Registry


class CommodityConformance:
    """One test for each published rule up to `tier`. Say which commodity: `folder` (its definition), or `commodity` (its id, installed)."""

    folder: ClassVar[Path | None] = None
    commodity: ClassVar[str] = ""
    tier: ClassVar[Tier] = Tier.BRONZE

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test a rule, named by it."""
        if "rule" in metafunc.fixturenames:
            metafunc.parametrize("rule", rules_up_to(self.tier), ids=lambda rule: rule.id)

    @pytest.fixture(scope="class")
    @classmethod
    def subject(cls) -> Iterator[Subject]:
        """The commodity under test, loaded once."""
        folder = cls._folder()
        definition = load_definition(folder)
        with code_of(definition, folder) as code:
            yield Subject(definition, folder=folder, code=code)

    def test_rule_is_kept(self, rule: PublishedRule, subject: Subject) -> None:
        """Every place where the rule is not kept is named with its remedy."""
        problems = problems_of(rule, subject)
        if problems:
            told = "\n".join(problem.in_language("en") for problem in problems)
            pytest.fail(f"{rule.title.en}: {rule.why.en}\n{told}", pytrace=False)

    @classmethod
    def _folder(cls) -> Path:
        if cls.folder is not None:
            return cls.folder
        registry = Registry.discover()
        if cls.commodity not in registry.commodities:
            reasons = [p.reason.en for p in registry.problems if p.name == cls.commodity]
            pytest.fail(
                f"the commodity {cls.commodity!r} is not installed {' '.join(reasons)}", pytrace=False
            )
        return registry.commodities[cls.commodity].folder
