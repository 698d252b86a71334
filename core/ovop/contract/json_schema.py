"""The answers of a commodity as JSON Schema (draft 2020-12), and its form as data for other clients.

The schema describes the shape of answers: types, bounds, options. Conditions stay rules in CEL, as the annotations `x-ovop-show-if`,
`x-ovop-required` and `x-ovop-checks`; the server judges them. An unanswered field is left out rather than sent as null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from ovop.contract.field_schema import JsonObject, JsonValue, bounds, leaf_schema, open_option
from ovop.contract.vocabulary import (
    CodeList,
    ComputedField,
    Definition,
    Field,
    GroupField,
    RowsField,
    Section,
    Text,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def form_schema(definition: Definition, language: str | None = None, *, complete: bool = False) -> JsonObject:
    """JSON Schema of the answers.

    `language` picks the titles; without it they are in Bahasa Indonesia and both languages stand in `x-ovop-label`. `complete` also
    requires what is required whatever else is answered: a submission must fit the complete schema, a draft only the other one.
    """
    writer = _Writer({item.id: item for item in definition.code_lists}, language, complete)
    manifest = definition.manifest
    properties: JsonObject = {}
    needed: list[JsonValue] = []
    for section in definition.form.sections:
        found, required = writer.properties(section.fields)
        properties |= found
        needed += [] if section.show_if else required
    schema: JsonObject = {
        "$schema": DIALECT,
        "$id": f"urn:ovop:{manifest.id}:{manifest.version}:{'submission' if complete else 'draft'}",
        **writer.title(manifest.name),
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    if complete and needed:
        schema["required"] = needed
    if definition.form.checks:
        schema["x-ovop-checks"] = [check.rule for check in definition.form.checks]
    return schema


class _Writer:
    def __init__(self, code_lists: Mapping[str, CodeList], language: str | None, complete: bool) -> None:
        self.code_lists = code_lists
        self.language = language
        self.complete = complete

    def title(self, label: Text) -> JsonObject:
        if self.language is None:
            return {"title": label.id, "x-ovop-label": {"id": label.id, "en": label.en}}
        return {"title": label.in_language(self.language)}

    def properties(self, fields: Sequence[Field]) -> tuple[JsonObject, list[JsonValue]]:
        """The schemas of fields that stand together, and the ids of those that are always required."""
        found: JsonObject = {}
        required: list[JsonValue] = []
        for field in fields:
            if isinstance(field, ComputedField):
                continue  # never sent
            found[field.id] = self.annotated(field)
            if open_option(field):
                found[f"{field.id}_other"] = {"type": "string", **self.title(field.label)}
            if field.required is True and field.show_if is None:
                required.append(field.id)
        return found, required

    def annotated(self, field: Field) -> JsonObject:
        schema: JsonObject = {**self.title(field.label)}
        if field.help is not None:
            schema["description"] = field.help.in_language(self.language or "id")
        schema |= self.shape(field)
        if field.show_if is not None:
            schema["x-ovop-show-if"] = field.show_if
        if isinstance(field.required, str):
            schema["x-ovop-required"] = field.required
        if field.checks:
            schema["x-ovop-checks"] = [check.rule for check in field.checks]
        return schema

    def shape(self, field: Field) -> JsonObject:
        if isinstance(field, GroupField):
            return self.record(field.fields)
        if isinstance(field, RowsField):
            fewest = field.min_rows if self.complete else None
            count = bounds(fewest, field.max_rows, "minItems", "maxItems")
            rules: JsonObject = {}
            if field.row_checks:
                rules["x-ovop-row-checks"] = [check.rule for check in field.row_checks]
            return {"type": "array", "items": self.record(field.fields), **count, **rules}
        if isinstance(field, ComputedField):
            return {"readOnly": True}
        return leaf_schema(field, self.code_lists, self.language or "id")

    def record(self, fields: Sequence[Field]) -> JsonObject:
        found, required = self.properties(fields)
        schema: JsonObject = {"type": "object", "properties": found, "additionalProperties": False}
        if self.complete and required:
            schema["required"] = required
        return schema


def presentation(definition: Definition) -> JsonObject:
    """The form as data: its sections in order, each with its fields and its evidence, texts in both languages, rules as written.

    Keys are those of the definition files; values that are the default are left out.
    """
    return {
        "commodity": definition.manifest.id,
        "version": definition.manifest.version,
        "name": msgspec.to_builtins(definition.manifest.name),
        "section": [_section(definition, section) for section in definition.form.sections],
        "code_list": msgspec.to_builtins(definition.code_lists),
    }


def _section(definition: Definition, section: Section) -> JsonObject:
    shown: JsonObject = msgspec.to_builtins(section)
    backing = [item for item in definition.form.evidence if item.section == section.id]
    if backing:
        shown["evidence"] = [msgspec.to_builtins(item) for item in backing]
    return shown
