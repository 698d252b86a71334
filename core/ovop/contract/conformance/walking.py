"""Every part of a definition with its place, whatever it is: for rules that look at all texts or at all conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from ovop.contract import vocabulary as v
from ovop.contract.places import CRITERIA, FORM, MANIFEST

RULE_KEYS = ("show_if", "required", "rule", "when", "applies_if")
"""Keys under which a rule stands; `required` may also be a plain truth value."""


def files_of(definition: v.Definition) -> Iterator[tuple[str, object]]:
    """What each file holds, with the word that its places begin with; the worked examples are left out."""
    yield MANIFEST, definition.manifest
    yield FORM, definition.form
    yield f"{CRITERIA}.rubric", definition.rubric
    for name, items in (
        ("gate", definition.gates),
        ("limit_table", definition.limit_tables),
        ("code_list", definition.code_lists),
    ):
        for index, item in enumerate(items):
            yield f"{CRITERIA}.{name}[{index}]", item
    for index, advice in enumerate(definition.guidance):
        yield f"guidance[{index}]", advice


def nodes_of(definition: v.Definition) -> Iterator[tuple[str, object]]:
    """Every part and value of a definition with its place, outer ones first; the worked examples are left out."""
    for path, part in files_of(definition):
        yield from _nodes(path, part)


def texts_of(definition: v.Definition) -> Iterator[tuple[str, v.Text]]:
    """Every text for people with its place, titles of examples included."""
    for path, node in nodes_of(definition):
        if isinstance(node, v.Text):
            yield path, node
    for index, example in enumerate(definition.examples):
        yield f"examples[{index}].title", example.title


def rules_of(definition: v.Definition) -> Iterator[tuple[str, str]]:
    """Every rule of the definition with its place."""
    for path, node in nodes_of(definition):
        if isinstance(node, str) and path.rpartition(".")[2] in RULE_KEYS:
            yield path, node


def _nodes(path: str, node: object) -> Iterator[tuple[str, object]]:
    yield path, node
    if isinstance(node, v.Text):
        return
    if isinstance(node, msgspec.Struct):
        names = zip(node.__struct_fields__, node.__struct_encode_fields__, strict=True)
        for name, encoded in names:
            yield from _nodes(f"{path}.{encoded}", getattr(node, name))
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from _nodes(f"{path}.{key}", value)
    elif isinstance(node, tuple):
        for index, item in enumerate(node):
            yield from _nodes(f"{path}[{index}]", item)
