"""The worked examples of every installed commodity, typed section by section through the pages, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ovop.contract import vocabulary as v
from ovop.contract.checker import Checker, compile_checker
from ovop.contract.registry import Registry
from ovop.demo.samples import jpeg, pdf
from ovop.portal.proposals.fields import Draft, section_view
from ovop.portal.proposals.views import pairs_of
from tests.factories import World, make_world
from tests.portal.browsing import Browser, Element, Page, values_of

PRESSED = 2
COMMODITIES = ("anyaman", "batik", "food", "gerabah", "tenun")


def rows_in(
    fields: Sequence[v.Field], answers: Mapping[str, Any], prefix: str = "a."
) -> Iterator[tuple[str, int]]:
    """The repeating groups that are answered, outer ones first, and how many rows each has."""
    for field in fields:
        answer = answers.get(field.id)
        if isinstance(field, v.GroupField) and answer:
            yield from rows_in(field.fields, answer, f"{prefix}{field.id}.")
        elif isinstance(field, v.RowsField) and answer:
            yield f"{prefix}{field.id}", len(answer)
            for number, row in enumerate(answer):
                yield from rows_in(field.fields, row, f"{prefix}{field.id}.{number}.")


def files_in(
    fields: Sequence[v.Field], answers: Mapping[str, Any], prefix: str = "a."
) -> Iterator[tuple[str, tuple[str, bytes, str]]]:
    """The answers that are files: the names of their inputs, and a file of that name and of a kind that the field takes."""
    for field in fields:
        answer = answers.get(field.id)
        if isinstance(field, v.GroupField) and answer:
            yield from files_in(field.fields, answer, f"{prefix}{field.id}.")
        elif isinstance(field, v.RowsField) and answer:
            for number, row in enumerate(answer):
                yield from files_in(field.fields, row, f"{prefix}{field.id}.{number}.")
        elif isinstance(field, v.FileField) and answer:
            photo = field.media[0].startswith("image/")
            content = jpeg(640, answer, 1) if photo else pdf(answer)
            yield (
                f"{prefix}{field.id}",
                (f"{answer}.{'jpg' if photo else 'pdf'}", content, "application/octet-stream"),
            )


def names_on(form: Element) -> set[str]:
    """The names of all inputs of a form."""
    return {element.attributes["name"] for element in form.all() if "name" in element.attributes}


def of_any_row(names: Iterable[str]) -> set[str]:
    """Names without the numbers of their rows."""
    return {re.sub(r"\.\d+\.", ".#.", name) for name in names}


def with_all_rows(browser: Browser, page: Page, wanted: Sequence[tuple[str, int]]) -> Page:
    """The page after pressing “add a row” until there are enough, or `PRESSED` times: what works twice works often."""
    for name, count in wanted:
        for _ in range(PRESSED):
            if f"{name}.{count - 1}._" in names_on(page.form(page.path)):
                break
            page = browser.post(page.path, {**values_of(page.form(page.path)), "_add": name})
            assert page.status == 200
    return page


def typed_through(
    browser: Browser, root: str, section: v.Section, answers: dict[str, Any], checker: Checker
) -> None:
    """Type an example's answers on the page of one section, and save."""
    page = browser.get(f"{root}/sections/{section.id}")
    page = with_all_rows(browser, page, list(rows_in(section.fields, answers)))
    form = page.form(page.path)
    draft = Draft(
        language="id",
        definition=checker.definition,
        evaluation=checker.evaluate(answers, partial=True),
        findings=(),
        files={},
    )
    files = dict(files_in(section.fields, answers))
    data = {name: value for name, value in values_of(form).items() if name.startswith("_")}
    for name, value in pairs_of(section_view(section.fields, answers, draft)):
        if value and name not in files:
            data.setdefault(name, [])
            data[name] = [*data[name], value]
    sent = {f"f.{name}": file for name, file in files.items()}
    assert of_any_row([*data, *sent]) <= of_any_row(names_on(form))
    saved = browser.post(page.path, data, **({"files": sent} if sent else {}))
    assert saved.status == 200, saved.text


@pytest.fixture
def registry() -> Registry:
    """What is installed."""
    return Registry.discover()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("commodity", COMMODITIES)
def test_every_valid_example_typed_through_the_pages_gives_exactly_its_answers(
    commodity: str, database_url: str, tmp_path: Path, registry: Registry
) -> None:
    definition = registry.commodities[commodity].definition
    checker = compile_checker(definition)
    examples = [example for example in definition.examples if example.kind is v.ExampleKind.VALID]
    assert examples
    with make_world(database_url, tmp_path, registry=registry) as world:
        cycle = world.open_cycle(commodities=(commodity,))
        for example in examples:
            _type(world, cycle, checker, example)


def _type(world: World, cycle: dict[str, Any], checker: Checker, example: v.Example) -> None:
    definition = checker.definition
    browser = Browser(world, "producer")
    answers = _as_the_page_says_it(definition.form.sections, msgspec.to_builtins(example.answers))
    root = f"/submissions/{world.begin(cycle, commodity=definition.manifest.id)['id']}"
    for section in definition.form.sections:
        typed_through(browser, root, section, answers, checker)
    stored = world.producer.get(root).json()["answers"]
    names = {
        item["id"]: item["file_name"].rpartition(".")[0]
        for item in world.producer.get(f"{root}/evidence?limit=100").json()["items"]
    }
    assert _named(stored, names) == answers


def _as_the_page_says_it(
    parts: Sequence[v.Section | v.GroupField | v.RowsField], answers: dict[str, Any]
) -> dict[str, Any]:
    """Answers without a unit where there is only one, and with choices in the order of the form; examples differ in both, to no effect."""
    told = dict(answers)
    for field in (field for part in parts for field in part.fields):
        answer = answers.get(field.id)
        if isinstance(field, v.ReadingField | v.DimensionsField) and len(field.units) == 1 and answer:
            told[field.id] = {name: value for name, value in answer.items() if name != "unit"}
        elif isinstance(field, v.MultiSelectField | v.ChecklistField) and answer:
            told[field.id] = [option.value for option in field.options if option.value in answer]
        elif isinstance(field, v.GroupField) and answer:
            told[field.id] = _as_the_page_says_it([field], answer)
        elif isinstance(field, v.RowsField) and answer:
            told[field.id] = [_as_the_page_says_it([field], row) for row in answer]
    return told


def _named(answer: Any, names: Mapping[str, str]) -> Any:
    """Answers with the files called as the example calls them."""
    if isinstance(answer, dict):
        return {name: _named(inner, names) for name, inner in answer.items()}
    if isinstance(answer, list):
        return [_named(inner, names) for inner in answer]
    return names.get(answer, answer) if isinstance(answer, str) else answer
