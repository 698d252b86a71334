"""Computed fields without a rule: what the commodity's code says is judged by the form's rules, kept, and empty where the code fails."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from ovop.contract.checker import compile_checker
from ovop.contract.derived import derived_fields
from ovop.contract.hooks.answers import Namespace, WrongAnswer, read_answer
from ovop.contract.hooks.asking import Hooks
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import Definition
from tests.coded import coded_registry
from tests.core.approvals.test_actions import stage
from tests.core.contract.factories import FORM
from tests.core.contract.installing import Site
from tests.core.isolation.processes import workers_of
from tests.core.submissions.test_drafts import findings
from tests.core.submissions.test_handing_in import complete
from tests.factories import make_world, sample_definition, text

CODE = """
from ovop.contract import hookimpl

@hookimpl
def derive_fields(submission):
    return {"days_total": sum(row["days"] for row in submission.answers["steps"])}
"""
LATE = {
    "rule": "days_total <= 10.0",
    "code": "too_long_in_all",
    "message": text("Terlalu lama"),
    "remedy": text("Periksa"),
    "severity": "warning",
}
TYPES: dict[str, tuple[Any, Any]] = {
    "boolean": (True, 1),
    "integer": (3, 3.5),
    "decimal": (2.5, "2.5"),
    "text": ("x", 2),
    "list": (["a"], "a"),
    "date": ("2026-02-28", "2026-02-30"),
}
"""Result type -> a value of it, and one of another."""


def definition(result: str = "decimal", checks: tuple[Any, ...] = (LATE,)) -> Definition:
    """The invented commodity with a field that only code can work out, and a check of the whole form that reads it."""
    form: dict[str, Any] = msgspec.to_builtins(sample_definition().form)
    derived = {"type": "computed", "id": "days_total", "label": text("Lama pengerjaan"), "result": result}
    form["section"][0]["fields"] = [*form["section"][0]["fields"], derived]
    return sample_definition(form={**form, "check": checks})


@pytest.mark.parametrize("result", TYPES)
def test_value_of_the_type_is_read_and_another_is_a_wrong_answer(result: str) -> None:
    names = Namespace(definition(result, ()))
    right, wrong = TYPES[result]
    content = msgspec.json.encode({"days_total": right})
    assert read_answer("derive_fields", content, names) == {"days_total": right}
    with pytest.raises(WrongAnswer, match="days_total"):
        read_answer("derive_fields", msgspec.json.encode({"days_total": wrong}), names)


@pytest.mark.parametrize("result", TYPES)
def test_derived_value_stands_among_the_computed_ones(result: str) -> None:
    checker = compile_checker(definition(result, ()))
    right, wrong = TYPES[result]
    given = checker.evaluate({}, facts={"today": "2026-04-15", "derived_days_total": right}).computed
    assert given["days_total"] == right
    without = checker.evaluate({}, facts={"today": "2026-04-15", "derived_days_total": wrong}).computed
    assert without.get("days_total", []) == []


def test_field_of_the_form_without_a_rule_is_derived() -> None:
    assert [field.id for field in derived_fields(definition())] == ["days_total"]


def test_check_that_reads_a_derived_value_is_judged_by_it_and_skipped_without() -> None:
    checker = compile_checker(definition())

    def codes(**facts: object) -> set[str]:
        return {f.code for f in checker.check({}, facts={"today": "2026-04-15", **facts}, partial=True)}

    assert "too_long_in_all" in codes(derived_days_total=11)
    assert "too_long_in_all" not in codes(derived_days_total=9)
    assert "too_long_in_all" not in codes()


def test_derived_value_is_judged_kept_and_shown_nowhere_as_an_answer(
    database_url: str, tmp_path: Path
) -> None:
    registry = coded_registry(tmp_path, CODE, definition=definition())
    with make_world(database_url, tmp_path, registry=registry) as world:
        submission = complete(world, world.open_cycle())
        assert findings(world, submission) == {("", "too_long_in_all")}
        assert stage(world.producer.act(submission, "submit")) == "office_review"
        kept = world.officer.get(f"/submissions/{submission}/revisions/1").json()
        assert kept["facts"]["derived_days_total"] == 11
        assert "days_total" not in kept["answers"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "body",
    [
        "raise ValueError('x')",
        "return {'days_total': 'eleven'}",
        "return {'meaning': 'x'}",
        "while True: pass",
    ],
)
def test_failing_code_leaves_the_field_empty_and_flags_it(
    database_url: str, tmp_path: Path, body: str
) -> None:
    code = f"from ovop.contract import hookimpl\n@hookimpl\ndef derive_fields(submission):\n    {body}\n"
    registry = coded_registry(tmp_path, code, definition=definition())
    with make_world(database_url, tmp_path, registry=registry, hook_seconds=0.3) as world:
        submission = complete(world, world.open_cycle())
        assert findings(world, submission) == {("days_total", "check_by_hand")}
        assert stage(world.producer.act(submission, "submit")) == "office_review"


DERIVED_FIELD = '\n[[section.fields]]\nid = "total"\ntype = "computed"\nresult = "decimal"\nlabel = { id = "A", en = "B" }\n'
IN_GROUP = (
    '\n[[section.fields]]\nid = "size"\ntype = "group"\nlabel = { id = "A", en = "B" }\n'
    'fields = [{ id = "total", type = "computed", result = "decimal", label = { id = "A", en = "B" } }]\n'
)


def test_data_only_commodity_with_a_derived_field_is_refused(site: Site) -> None:
    site.install("sample", form=FORM + DERIVED_FIELD)
    (problem,) = site.registry().problems
    assert "(total) need code" in problem.reason.en
    assert "sample" in site.registry(safe_mode=True).commodities


def test_derived_field_inside_a_group_is_refused(site: Site) -> None:
    site.install("sample", code=CODE, form=FORM + IN_GROUP)
    (problem,) = site.registry().problems
    assert "needs a `rule`" in problem.reason.en


def test_code_without_the_hook_for_its_derived_fields_is_broken(site: Site) -> None:
    site.install("sample", code="", form=FORM + DERIVED_FIELD)
    registry: Registry = site.registry()
    hooks = Hooks(registry)
    try:
        inspection = hooks.inspect_now("sample")
    finally:
        hooks.close()
    assert inspection.fault is not None
    assert "(total) need the hook `derive_fields`" in inspection.fault.en
    assert workers_of() == set()
