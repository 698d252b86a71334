"""The words of the field-and-rule reference that stand in no docstring: how answers look, what facts and functions mean."""

from __future__ import annotations

from collections.abc import Mapping

from ovop.contract.vocabulary import Fact

INTRODUCTION = """# Fields and rules

Everything that the files of a commodity may say. Written by `ovop commodity reference` from the vocabulary itself; do not edit it by hand.
Keys without a default are required. A *text* is `{ id = "…", en = "…" }`, both languages; a *rule* is an expression in CEL, described at the end.

| File | Holds |
|---|---|
| `commodity.toml` | the [manifest](#manifest) |
| `form.toml` | `[[section]]` with `[[section.fields]]`, `[[evidence]]`, `[[check]]`, `[[upcast]]`: the [form](#form) |
| `criteria.toml` | `[rubric]` with `[[rubric.group]]` and `[[rubric.group.criterion]]`, `[[gate]]`, `[[limit_table]]`, `[[code_list]]`: the [criteria](#criteria) |
| `guidance/*.md` | between two lines `+++` the keys of [guidance](#guidance) without `body`; then the two texts under `# Bahasa Indonesia` and `# English` |
| `examples/*.toml` | one worked [example](#example) a file |
"""

ANSWERS: Mapping[str, str] = {
    "text": '`"Kopi Gayo"`',
    "longtext": '`"Several\\nlines"`',
    "integer": "`12`",
    "decimal": '`2.5`, with several units `{"value": 2.5, "unit": "kg"}`',
    "money": "`250000`",
    "percent": "`62.5`",
    "date": '`"2026-10-18"`',
    "duration": '`{"value": 3, "unit": "month"}`',
    "boolean": "`true`",
    "select": '`"ripe"`, and for an `other` option `"<id>_other": "what it is"` beside it',
    "multiselect": '`["ripe", "dried"]`',
    "code": '`"101"`',
    "grade": '`"3-4"`',
    "dimensions": '`{"length": 2.1, "width": 1.05, "unit": "m"}`',
    "declaration": "`true`",
    "checklist": '`["label", "tag"]`, or `[]` where none is fulfilled',
    "location": '`{"region": "52.03.01", "latitude": -8.6, "longitude": 116.5}`',
    "group": "an object with the answers of its fields",
    "rows": "a list of such objects",
    "series": "`[1.0, 1.1, 0.9]`",
    "reading": '`{"operator": "<", "value": 0.01, "unit": "mg/l"}`, `{"operator": "nd", "detection_limit": 0.01, "unit": "mg/l"}` or `{"category": "negative"}`',
    "identifier": '`"LP-123-IDN"`',
    "file": '`"…"`, the id of a file that was uploaded',
    "computed": "never sent",
    "sample": '`{"count": 3, "lot": "A12", "expires_on": "2026-12-01"}`',
    "reference": '`"…"`, the id of the other record',
}
"""Field type -> an answer as it travels in JSON."""

FACTS: Mapping[Fact, str] = {
    Fact.TODAY: "the day on which the submission is judged",
    Fact.ENTERPRISE_SIZE: "`micro`, `small`, `medium` or `large`",
    Fact.REGENCY: "code of the regency or city, four digits",
    Fact.PROVINCE: "code of the province, two digits",
    Fact.KBLI: 'business codes with their edition, such as `"2020:13134"`',
    Fact.CENTRE_MEMBERS: "members of the industry centre (sentra) to which the enterprise belongs",
}

FUNCTIONS: Mapping[str, str] = {
    "sum": "The sum; 0 for an empty list.",
    "mean": "The arithmetic mean; undetermined for an empty list.",
    "minimum": "The smallest number; undetermined for an empty list.",
    "maximum": "The largest number; undetermined for an empty list.",
    "worst": "The lowest grade; undetermined for an empty list.",
    "limit_max": "The upper limit of a table for a combination of keys; undetermined, and so to be checked by hand, where there is none.",
    "limit_min": "The lower limit of a table for a combination of keys; undetermined where there is none.",
    "limit_level": "The level that the row of a table names; undetermined where there is no row.",
    "has_limit": "Whether a table has a row for a combination of keys.",
    "convert": "A number in another unit; both units stand together in some field of the form.",
}
"""Function -> what it gives, where its implementation is only bound to a definition."""

PARTS: Mapping[str, str] = {
    "ExpectedFinding": "A finding that an example must have: its path (`dyes[2].dose`, empty for the whole form), its code and severity.",
}
"""Part of a definition -> what it is, where its class does not say so itself."""

RULES = """## Rules

A rule is an expression in [CEL](https://cel.dev): `technique == 'hand' && local_share >= 50.0`. It is compiled when the definition is loaded; a
misspelt name or a comparison of unlike types is refused with file, line and caret. Decimals are written with a point (`50.0`), texts between
single quotes. `in`, `size()`, `?:` and the macros `all`, `exists`, `filter` and `map` over lists are those of CEL.

**What a rule reads**

- every field of the form by its id; the type is given with the field type above. Values are in the stored unit.
- `<id>_other`: the text beside an `other` option; `<id>_parts.<name>`: a part of an identifier.
- `group.field` for a field inside a group, and inside the group's own rules the field alone.
- in rules about one row the columns of the row by their ids, beside the fields of the form.
- computed fields by their ids; one without a `rule` has the value that the hook `derive_fields` gives, and a worked example states it as the
  fact `derived_<id>`.
- `facts.<name>` of the facts that the manifest asks for, and `evidence.<id>`, a list of the files handed in for that evidence.
- `answered('<id>')`: whether a field has an answer.

**Missing answers.** A rule that reads a single-valued field without an answer is *undetermined*: a `show_if` hides, a `required` does not
require, a check is skipped, a computed field has no value, a band does not count, a gate does not act. Lists, rows, groups and evidence are always
determined: empty where nothing was answered. The answers of hidden fields do not count.

**Facts**
"""
