"""Finding installed commodities: real distributions in temporary folders, read by the standard library's own metadata."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint

import pytest

from ovop.contract.registry import Registry
from tests.core.contract.factories import CRITERIA, FORM, MANIFEST
from tests.core.contract.installing import Site, manifest_of

MUST_NOT_RUN = "raise RuntimeError('must not run')"


def test_data_only_package_is_found_without_any_python(site: Site) -> None:
    package = site.install("sample")
    assert not list(package.rglob("*.py"))
    registry = site.registry()
    commodity = registry.commodities["sample"]
    assert (commodity.distribution, commodity.version) == ("ovop-sample", "1.2")
    assert (commodity.folder, commodity.module) == (package / "definition", "")
    assert registry.problems == ()


def test_installed_entry_points_are_found_by_default(site: Site) -> None:
    site.install("sample")
    assert "sample" in Registry.discover().commodities


def test_module_of_hooks_is_named_and_never_imported(site: Site) -> None:
    site.install("sample", code=MUST_NOT_RUN)
    registry = site.registry()
    assert registry.problems == ()
    assert registry.commodities["sample"].module == "ovop_sample.plugin"
    assert not [name for name in sys.modules if name.startswith("ovop_sample")]


def test_safe_mode_takes_every_commodity_as_data_only(site: Site) -> None:
    site.install("sample", code=MUST_NOT_RUN)
    registry = site.registry(safe_mode=True)
    assert (registry.commodities["sample"].module, registry.safe_mode) == ("", True)


def test_duplicate_id_is_refused_for_both(site: Site) -> None:
    site.install("first", entry="sample")
    site.install("second", entry="sample")
    site.install("other")
    registry = site.registry()
    assert set(registry.commodities) == {"other"}
    assert [problem.distribution for problem in registry.problems] == ["ovop-first", "ovop-second"]
    for problem in registry.problems:
        assert "`sample` is used more than once (ovop-first, ovop-second)" in problem.reason.en


def test_entry_point_that_is_not_named_as_its_commodity_is_refused_and_takes_no_id_from_another(
    site: Site,
) -> None:
    site.install("sample")
    site.install("thief", manifest=manifest_of("sample"))
    registry = site.registry()
    assert registry.commodities["sample"].distribution == "ovop-sample"
    (problem,) = registry.problems
    assert (problem.name, problem.distribution) == ("thief", "ovop-thief")
    assert "named `thief`, but the id in commodity.toml is `sample`" in problem.reason.en


CIRCLE = """
[[section.fields]]
id = "one"
type = "computed"
label = { id = "Satu", en = "One" }
result = "decimal"
rule = "two + 1.0"

[[section.fields]]
id = "two"
type = "computed"
label = { id = "Dua", en = "Two" }
result = "decimal"
rule = "one + 1.0"
"""
RULE = """
[[section.fields]]
id = "note"
type = "text"
label = { id = "Catatan", en = "Note" }
show_if = %r
"""


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"manifest": MANIFEST.replace(">=1.0,<2", ">=9")}, "written for the contract `>=9`"),
        ({"manifest": MANIFEST + "this is not TOML"}, "commodity.toml:"),
        ({"manifest": MANIFEST.replace('code = "SMP"', 'code = "small"')}, "commodity.toml:3: code:"),
        ({"manifest": MANIFEST.replace(', en = "Sample"', "")}, "commodity.toml:6: name: the key `en` is missing"),
        ({"form": FORM.replace('type = "text"', 'type = "essay"')}, "form.toml:"),
        ({"form": FORM + RULE % "titel == ''"}, "titel"),
        ({"form": FORM + RULE % "title > 3"}, "form.toml:"),
        ({"form": FORM + CIRCLE}, "circle"),
        ({"criteria": CRITERIA.replace("weight = 100\nanchors", "weight = 90\nanchors")}, "criteria.toml:"),
        (
            {"criteria": CRITERIA.replace("weight = 100\nanchors", 'weight = 100\nbacked_by = ["none"]\nanchors')},
            "none",
        ),
        ({"form": FORM + "x = " + "[" * 5000 + "]" * 5000}, "RecursionError"),
    ],
    ids=[
        "contract range", "no TOML", "wrong value", "missing language", "unknown field type", "misspelt reference in a rule", "type error in a rule",
        "circular computed fields", "weights", "dangling reference", "endless nesting",
    ],
)  # fmt: skip
def test_definition_that_cannot_be_used_is_left_out_with_its_reason_and_stops_no_other(
    site: Site, changed: dict[str, str], reason: str
) -> None:
    site.install("sample", code=MUST_NOT_RUN, **changed)  # type: ignore[arg-type]  # all of them are texts
    site.install("other")
    registry = site.registry()
    assert set(registry.commodities) == {"other"}
    (problem,) = registry.problems
    assert (problem.name, problem.distribution) == ("sample", "ovop-sample")
    assert reason in problem.reason.en
    assert problem.reason.id


def test_package_without_a_definition_is_a_problem(site: Site) -> None:
    site.install("sample", definition=False)
    (problem,) = site.registry().problems
    assert "has no folder `definition`" in problem.reason.en


@pytest.mark.parametrize("value", ["ovop_not_there.plugin", "not a module", ""])
def test_package_that_is_not_there_is_a_problem(value: str) -> None:
    missing = EntryPoint(name="sample", value=value, group="ovop.commodity")
    (problem,) = Registry.discover(entry_points=[missing]).problems
    assert (problem.name, problem.distribution) == ("sample", "")
