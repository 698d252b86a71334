"""`core/docs/fields-and-rules.md` is what `ovop commodity reference` writes, and nothing is left out of it."""

import pytest

from ovop.contract.conformance.published import published_rules
from ovop.contract.conformance.reference import field_types, reference
from ovop.contract.judging.wordings import WORDINGS
from ovop.contract.rules.functions import Limits, Units, functions_of
from ovop.contract.vocabulary import Fact, FieldBase
from tests.core.kit.packages import ROOT, run

FILE = ROOT / "core" / "docs" / "fields-and-rules.md"


def test_committed_reference_is_up_to_date() -> None:
    wanted = run("reference")
    assert FILE.read_text(encoding="utf-8") == wanted, (
        f"run: ovop commodity reference --output {FILE.relative_to(ROOT)}"
    )


@pytest.mark.parametrize("kind", field_types(), ids=lambda kind: kind.__struct_config__.tag)
def test_every_field_type_has_a_section_with_all_its_own_keys(kind: type[FieldBase]) -> None:
    section = reference().split(f"\n### {kind.__struct_config__.tag}\n")[1].split("\n### ")[0]
    own = [name for name in kind.__struct_fields__ if name not in FieldBase.__struct_fields__]
    assert [name for name in own if f"| `{name}` |" not in section] == []


def test_every_fact_function_finding_and_rule_of_a_tier_is_told() -> None:
    text = reference()
    names = [f"`facts.{fact}`" for fact in Fact]
    names += [f"`{function.name}(" for function in functions_of(Units([]), Limits([]))]
    names += [f"| `{key.partition('.')[0]}` |" for key in WORDINGS]
    names += [f"(`{rule.id}`)" for rule in published_rules()]
    assert [name for name in names if name not in text] == []
