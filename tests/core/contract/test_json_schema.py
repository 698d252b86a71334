"""The schema of answers: valid itself, admits what the checker admits, refuses shapes that the checker refuses."""

from __future__ import annotations

import copy

import msgspec
import pytest
from jsonschema import Draft202012Validator

from ovop.contract.checker import compile_checker
from ovop.contract.json_schema import form_schema, presentation
from tests.core.contract.everything import ANSWERS, definition_of_every_type
from tests.core.contract.invented import TODAY, definition, field, section

WHOLE = definition_of_every_type()
CHECKER = compile_checker(WHOLE)


def errors(answers: object, *, complete: bool = True) -> list[str]:
    validator = Draft202012Validator(form_schema(WHOLE, complete=complete))
    return sorted("/".join(map(str, error.absolute_path)) for error in validator.iter_errors(answers))


@pytest.mark.parametrize("language", [None, "id", "en"])
@pytest.mark.parametrize("complete", [True, False])
def test_schema_is_valid_and_admits_the_worked_answers(language: str | None, complete: bool) -> None:
    schema = form_schema(WHOLE, language, complete=complete)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert list(Draft202012Validator(schema).iter_errors(ANSWERS)) == []
    msgspec.json.encode(schema)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("title", "1234"),
        ("title", 5),
        ("pieces", 0),
        ("pieces", "5"),
        ("mass", {"value": 1, "unit": "kg"}),
        ("width", 5),
        ("width", {"value": 5, "unit": "yard"}),
        ("price", -1),
        ("share", 101),
        ("made_on", "18-10-2026"),
        ("shelf", {"value": 1, "unit": "hour"}),
        ("edible", "yes"),
        ("kind", "fancy"),
        ("ways", ["a", "z"]),
        ("ways", []),
        ("colour", "green"),
        ("fastness", "3.5"),
        ("extent", {"unit": "cm"}),
        ("extent", {"length": 1, "height": 1, "unit": "cm"}),
        ("agreed", False),
        ("done", ["z"]),
        ("place", {"region": "52.01", "latitude": 1}),
        ("course", {"mark": 1}),
        ("items", []),
        ("items", [{"hue": 1}]),
        ("items", [{"parts": [{"parts": []}]}]),
        ("spots", [-1]),
        ("lead", {"operator": "nd", "value": 1}),
        ("lead", {"category": "negative", "value": 1}),
        ("permit", "1"),
        ("taste", {"count": 1}),
        ("average", 1.25),
        ("names", ["one"]),
        ("unheard_of", 1),
    ],
)
def test_schema_and_checker_refuse_the_same_shapes(name: str, answer: object) -> None:
    answers = {**copy.deepcopy(ANSWERS), name: answer}
    assert errors(answers) != []
    paths = [finding.path for finding in CHECKER.check(answers, (), {"today": TODAY})]
    assert any(path.startswith(name) for path in paths)


def test_only_the_complete_schema_asks_for_answers_and_only_for_the_unconditional() -> None:
    assert errors({}, complete=False) == []
    required = form_schema(WHOLE, complete=True)["required"]
    assert isinstance(required, list)
    assert "title" in required
    assert "story" not in required
    assert "extent" not in required  # its section is shown by a rule


def test_conditions_stand_as_annotations() -> None:
    schema = form_schema(
        definition(
            section(
                "main",
                field("integer", "n"),
                field("text", "a", show_if="n > 1", required="n > 2", help={"id": "b", "en": "h"}),
            )
        ),
        "en",
    )
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert properties["a"] == {
        "title": "a",
        "description": "h",
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "x-ovop-show-if": "n > 1",
        "x-ovop-required": "n > 2",
    }


def test_pattern_that_only_python_knows_is_an_annotation() -> None:
    schema = form_schema(
        definition(section("main", field("text", "a", pattern="(?i)ab"), field("text", "b", pattern="a|b")))
    )
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert "pattern" not in properties["a"]
    assert properties["a"]["x-ovop-pattern"] == "(?i)ab"
    assert properties["b"]["pattern"] == "^(?:a|b)$"


def test_presentation_has_sections_with_their_evidence_in_both_languages() -> None:
    shown = presentation(WHOLE)
    assert shown["commodity"] == "invented"
    sections = shown["section"]
    assert isinstance(sections, list)
    assert [part["id"] for part in sections] == ["first", "second"]
    assert [item["id"] for item in sections[0]["evidence"]] == ["paper"]
    assert sections[0]["fields"][0]["label"] == {"id": "title (id)", "en": "title"}
    msgspec.json.encode(shown)
