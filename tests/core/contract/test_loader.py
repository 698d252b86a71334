"""Reading a commodity's folder: what loads, how it is frozen, and where each kind of fault is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from ovop.contract.errors import DefinitionError, Fault
from ovop.contract.loader import decode, digest, encode, load_definition, read_manifest
from ovop.contract.toml_lines import lines_of
from tests.core.contract.factories import CRITERIA, FORM, MANIFEST, definition, form_of, write_definition

GUIDANCE = """+++
id = "step"
title = { id = "Langkah", en = "Step" }
theme = "quality"
criteria = ["A1"]
+++
# Bahasa Indonesia

Teks

# English

Text
"""
EXAMPLE = """
id = "plain"
title = { id = "Biasa", en = "Plain" }
kind = "valid"
[facts]
today = 2026-10-18
[answers]
title = "x"
made = 2026-01-02
lines = [{ on = 2026-01-03 }]
"""
SAY = """code = "c"
message = { id = "P", en = "M" }
remedy = { id = "S", en = "R" }
"""


def faults(folder: Path, **changes: object) -> list[Fault]:
    with pytest.raises(DefinitionError) as caught:
        definition(folder, **changes)
    return list(caught.value.faults)


def line_with(text: str, part: str) -> int:
    """The only line of a text that holds a part, from 1."""
    (line,) = [number for number, each in enumerate(text.split("\n"), start=1) if part in each]
    return line


def test_definition_is_read_with_guidance_and_examples(tmp_path: Path) -> None:
    loaded = definition(tmp_path, guidance={"step.md": GUIDANCE}, examples={"plain.toml": EXAMPLE})
    assert loaded.manifest.id == "sample"
    assert (loaded.guidance[0].body.id, loaded.guidance[0].body.en) == ("Teks", "Text")
    assert loaded.examples[0].facts == {"today": "2026-10-18"}
    assert loaded.examples[0].answers["lines"] == [{"on": "2026-01-03"}]


def test_frozen_form_gives_the_same_definition_and_bytes(tmp_path: Path) -> None:
    loaded = definition(tmp_path, guidance={"step.md": GUIDANCE}, examples={"plain.toml": EXAMPLE})
    frozen = encode(loaded)
    assert decode(frozen) == loaded
    assert encode(decode(frozen)) == frozen
    assert len(digest(frozen)) == 64


def test_frozen_form_does_not_depend_on_the_order_of_keys(tmp_path: Path) -> None:
    lines = MANIFEST.strip().split("\n")
    turned = "\n".join(reversed(lines))
    assert encode(definition(tmp_path / "a")) == encode(definition(tmp_path / "b", manifest=turned))


def test_frozen_form_that_does_not_fit_is_refused() -> None:
    with pytest.raises(DefinitionError):
        decode(b'{"manifest": {}}')
    with pytest.raises(DefinitionError):
        decode(b"{")


def test_manifest_is_read_although_the_form_is_broken(tmp_path: Path) -> None:
    write_definition(tmp_path, form="[[section")
    assert read_manifest(tmp_path).code == "SMP"


def test_missing_files_are_all_told(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        load_definition(tmp_path)
    assert [fault.file for fault in caught.value.faults] == ["commodity.toml", "form.toml", "criteria.toml"]


def test_invalid_toml_is_told_with_line_and_caret(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, form='[[section]]\nid = "a\n')
    assert (fault.file, fault.line, fault.path) == ("form.toml", 2, "")
    assert fault.caret.split("\n")[0] == 'id = "a'


def test_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    write_definition(tmp_path)
    (tmp_path / "form.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(DefinitionError) as caught:
        load_definition(tmp_path)
    assert "UTF-8" in caught.value.faults[0].reason.en


def test_faults_of_structure_are_all_told_with_their_lines(tmp_path: Path) -> None:
    form = form_of(
        'id = "first"\ntype = "txt"',
        'id = "second"\ntype = "text"\nmax_lenght = 3',
        'id = "third"\ntype = "text"\nmax_length = "long"',
        'id = "Fourth"\ntype = "text"',
        'type = "text"',
    )
    criteria = CRITERIA.replace("scale_max = 5", "scale_max = 0")
    found = faults(
        tmp_path, form=form, criteria=criteria, manifest=MANIFEST.replace('code = "SMP"', 'code = "smp"')
    )
    assert [(f.file, f.path, f.line) for f in found] == [
        ("commodity.toml", "code", line_with(MANIFEST, 'code = "SMP"')),
        ("form.toml", "section[0].fields[0].type", line_with(form, '"txt"')),
        ("form.toml", "section[0].fields[1].max_lenght", line_with(form, "max_lenght")),
        ("form.toml", "section[0].fields[2].max_length", line_with(form, '"long"')),
        ("form.toml", "section[0].fields[3].id", line_with(form, '"Fourth"')),
        (
            "form.toml",
            "section[0].fields[4]",
            form.split("\n").index('type = "text"', line_with(form, '"Fourth"') + 2) - 1,
        ),
        ("criteria.toml", "rubric.scale_max", line_with(criteria, "scale_max")),
    ]
    assert [f.reason.en for f in found[1:3]] == [
        "the value `txt` is not known.",
        "the key `max_lenght` is not known; check its spelling.",
    ]


def test_only_section_at_fault_is_told_once(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, form='[[section]]\nid = "a"\n')
    assert (fault.path, fault.line) == ("section[0]", 1)
    assert "`title` is missing" in fault.reason.en


def test_fault_of_a_rule_is_told_with_line_and_caret(tmp_path: Path) -> None:
    form = form_of('id = "mass"\ntype = "decimal"\nrequired = """\ntrue &&\n  mas > 1.0\n"""')
    (fault,) = faults(tmp_path, form=form)
    assert (fault.file, fault.path, fault.line) == (
        "form.toml",
        "section[0].fields[0].required",
        line_with(form, "mas >"),
    )
    assert fault.caret == "  mas > 1.0\n  ^"
    assert fault.in_language("en").split("\n") == [
        f"form.toml:{fault.line}: section[0].fields[0].required: the name `mas` is not known. Did you mean `mass`?",
        "      mas > 1.0",
        "      ^",
    ]


def test_rules_of_all_files_are_told_together(tmp_path: Path) -> None:
    form = FORM + f'\n[[check]]\nrule = "nothing > 1.0"\n{SAY}'
    criteria = CRITERIA + 'applies_if = "mass"\nbands = [\n  { level = 1, when = "mass > 1" },\n]\n'
    found = faults(tmp_path, form=form, criteria=criteria)
    assert [(f.file, f.path, f.line) for f in found] == [
        ("form.toml", "check[0].rule", line_with(form, "nothing")),
        ("criteria.toml", "rubric.group[0].criterion[0].applies_if", line_with(criteria, "applies_if")),
        ("criteria.toml", "rubric.group[0].criterion[0].bands[0].when", line_with(criteria, "mass > 1")),
    ]


ROWS = 'id = "lines"\ntype = "rows"\n{more}\nfields = [{{ id = "dose", type = "decimal", label = {{ id = "T", en = "D" }} }}]'
LABEL = "label = { id = 'L', en = 'L' }"
DEEP = f"""
id = "a1"
type = "rows"
[[section.fields.fields]]
id = "b1"
type = "rows"
{LABEL}
[[section.fields.fields.fields]]
id = "c1"
type = "rows"
{LABEL}
fields = [{{ id = "d1", type = "text", {LABEL} }}]
"""


@pytest.mark.parametrize(
    ("fields", "path", "reason"),
    [
        (('id = "a1"\ntype = "text"', 'id = "a1"\ntype = "date"'), "section[0].fields[1].id", "already at"),
        (('id = "if"\ntype = "text"',), "section[0].fields[0].id", "word of the rule language"),
        (
            ('id = "dose"\ntype = "text"', ROWS.format(more="")),
            "section[0].fields[1].fields[0].id",
            "tell them apart",
        ),
        ((ROWS.format(more='unique = ["dosis"]'),), "section[0].fields[0].unique[0]", "Did you mean `dose`?"),
        ((ROWS.format(more='one_per = "dose"'),), "section[0].fields[0].one_per", "not a choice"),
        (
            (ROWS.format(more="min_rows = 9\nmax_rows = 2"),),
            "section[0].fields[0].min_rows",
            "above the upper limit",
        ),
        ((DEEP,), "section[0].fields[0].fields[0].fields[0]", "nest one level"),
        (
            ('id = "a1"\ntype = "text"\npattern = "("',),
            "section[0].fields[0].pattern",
            "pattern is not valid",
        ),
        (
            ('id = "a1"\ntype = "text"\npattern = "x"\nexample = "y"',),
            "section[0].fields[0].example",
            "does not match",
        ),
        (
            ('id = "a1"\ntype = "identifier"\npattern = "(x)"\nexample = "x"\nparts = { office = 2 }',),
            "section[0].fields[0].parts.office",
            "has 1 groups, not 2",
        ),
        (
            ('id = "a1"\ntype = "code"\ncode_list = "codes"',),
            "section[0].fields[0].code_list",
            "no code list `codes`",
        ),
        (
            ('id = "a1"\ntype = "select"\noptions = []',),
            "section[0].fields[0].options",
            "at least one option",
        ),
        (
            (
                f'id = "a1"\ntype = "select"\noptions = [{{ value = "x", {LABEL} }}, {{ value = "x", {LABEL} }}]',
            ),
            "section[0].fields[0].options[1].value",
            "already at",
        ),
        (
            ('id = "a1"\ntype = "decimal"\nunits = [{ code = "g", factor = 0.001 }]',),
            "section[0].fields[0].units[0]",
            "the first unit is the stored one",
        ),
        (('id = "a1"\ntype = "integer"\nminimum = 5\nmaximum = 2',), "section[0].fields[0].minimum", "above"),
        (('id = "a1"\ntype = "reading"',), "section[0].fields[0].units", "at least one unit or category"),
    ],
)
def test_fault_of_the_form_is_told_at_its_place(
    tmp_path: Path, fields: tuple[str, ...], path: str, reason: str
) -> None:
    form = form_of(*fields)
    (fault,) = faults(tmp_path, form=form)
    assert (fault.file, fault.path) == ("form.toml", path)
    assert reason in fault.reason.en
    assert fault.line == lines_of(form).line(path) > 1


EVIDENCE = "[[evidence]]\nid = 'photo'\nlabel = { id = 'F', en = 'P' }\nsection = 'product'\n"
GATE = "[[gate]]\nid = 'G1'\nwhen = 'true'\neffect = 'block'\nmessage = { id = 'P', en = 'M' }\nremedy = { id = 'S', en = 'R' }\n"
TABLE = "[[limit_table]]\nid = 't'\nname = { id = 'T', en = 'T' }\nversion = '1'\nkeys = ['a', 'b']\nrow = [{ key = ['x', 'y'], maximum = 1.0 }]\n"


@pytest.mark.parametrize(
    ("form", "criteria", "file", "path", "reason"),
    [
        (
            EVIDENCE.replace("'product'", "'produk'"),
            "",
            "form.toml",
            "evidence[0].section",
            "Did you mean `product`?",
        ),
        (EVIDENCE + EVIDENCE, "", "form.toml", "evidence[1].id", "already at"),
        (
            EVIDENCE + "max_age_months = 3\n",
            "",
            "form.toml",
            "evidence[0].max_age_months",
            "`issued_on` in `asks`",
        ),
        (
            EVIDENCE + "number_pattern = 'x'\n",
            "",
            "form.toml",
            "evidence[0].number_pattern",
            "`number` in `asks`",
        ),
        ("", "backed_by = ['mas']\n", "criteria.toml", "rubric.group[0].criterion[0].backed_by[0]", "`mass`"),
        (
            "",
            "applies_if = 'true'\nredistribute_to = ['B']\n",
            "criteria.toml",
            "rubric.group[0].criterion[0].redistribute_to[0]",
            "no group `B`",
        ),
        (
            "",
            "bands = [{ level = 6, when = 'true' }]\n",
            "criteria.toml",
            "rubric.group[0].criterion[0].bands[0].level",
            "above the scale 0 to 5",
        ),
        ("", GATE.replace("'block'", "'cap'"), "criteria.toml", "gate[0].cap_points", "is needed for `cap`"),
        ("", GATE + "cap_points = 5\n", "criteria.toml", "gate[0].cap_points", "only for it"),
        (
            "",
            GATE + "sections = ['produk']\n",
            "criteria.toml",
            "gate[0].sections[0]",
            "Did you mean `product`?",
        ),
        ("", GATE + GATE, "criteria.toml", "gate[1].id", "already at"),
        (
            "",
            TABLE.replace("['x', 'y']", "['x']"),
            "criteria.toml",
            "limit_table[0].row[0].key",
            "1 keys, its table 2",
        ),
        ("", TABLE + TABLE, "criteria.toml", "limit_table[1].id", "already at"),
    ],
)
def test_fault_between_parts_is_told_at_its_place(
    tmp_path: Path, form: str, criteria: str, file: str, path: str, reason: str
) -> None:
    texts = {"form.toml": FORM + form, "criteria.toml": CRITERIA + criteria}
    (fault,) = faults(tmp_path, form=texts["form.toml"], criteria=texts["criteria.toml"])
    assert (fault.file, fault.path) == (file, path)
    assert reason in fault.reason.en
    assert fault.line == lines_of(texts[file]).line(path) > 1


def test_weights_that_do_not_add_up_are_told_for_group_and_total(tmp_path: Path) -> None:
    criteria = CRITERIA.replace("weight = 100\n\n", "weight = 90\n\n")
    group, total = faults(tmp_path, criteria=criteria)
    assert (group.path, group.line) == ("rubric.group[0].weight", line_with(criteria, "weight = 90"))
    assert group.reason.en == "the weight of group A is 90, but its criteria add up to 100."
    assert (total.path, total.line) == ("rubric", line_with(criteria, "[rubric]"))
    assert total.reason.en == "the weights of all groups must add up to 100, not 90."


@pytest.mark.parametrize(
    ("old", "new", "path", "reason"),
    [
        ('contract = ">=1.0,<2"', 'contract = ">=2"', "contract", "does not admit contract version"),
        ('contract = ">=1.0,<2"', 'contract = "one"', "contract", "cannot be read"),
        ("facts = [", 'card_fields = ["titel"]\nfacts = [', "card_fields[0]", "no field `titel`"),
        ("facts = [", 'card_fields = ["title"]\nfacts = [', "card_fields[0]", "not marked `public`"),
    ],
)
def test_fault_of_the_manifest_is_told_at_its_place(
    tmp_path: Path, old: str, new: str, path: str, reason: str
) -> None:
    manifest = MANIFEST.replace(old, new)
    (fault,) = faults(tmp_path, manifest=manifest)
    assert (fault.file, fault.path) == ("commodity.toml", path)
    assert fault.line == line_with(manifest, new.split("\n")[0])
    assert reason in fault.reason.en


@pytest.mark.parametrize(
    ("old", "new", "path", "line", "reason"),
    [
        ('["A1"]', '["A9"]', "criteria[0]", 5, "no criterion `A9`"),
        ('["A1"]', '["A1"]\nthreshold = 9', "threshold", 6, "outside the scale"),
        ('theme = "quality"', 'theme = "qualty"', "theme", 4, "`qualty` is not known"),
        ('theme = "quality"', 'theme = "quality"\nkind = "success_story"', "consent", 1, "needs `consent`"),
        ("# English", "# Inggris", "body", 7, "no text under the heading `# English`"),
        ("+++\nid", "id", "", 1, "must begin with TOML"),
    ],
)
def test_fault_of_guidance_is_told_at_its_place(
    tmp_path: Path, old: str, new: str, path: str, line: int, reason: str
) -> None:
    (fault,) = faults(tmp_path, guidance={"step.md": GUIDANCE.replace(old, new, 1)})
    assert (fault.file, fault.path, fault.line) == ("guidance/step.md", path, line)
    assert reason in fault.reason.en


@pytest.mark.parametrize(
    ("old", "new", "path", "reason"),
    [
        ("today =", "regency = '3471'\ntoday =", "facts.regency", "no fact that is asked for `regency`"),
        ('kind = "valid"', 'kind = "scored"', "total", "must state its `total`"),
        ('kind = "valid"', 'kind = "valid"\nlevels = { A2 = 1 }', "levels.A2", "no criterion `A2`"),
        ('kind = "valid"', 'kind = "valid"\nlevels = { A1 = 9 }', "levels.A1", "outside the scale"),
        ('kind = "valid"', 'kind = "valid"\ngates = ["G1"]', "gates[0]", "no gate `G1`"),
        (
            'kind = "valid"',
            'kind = "valid"\nevidence = [{ evidence = "photo" }]',
            "evidence[0].evidence",
            "no evidence",
        ),
        ('kind = "valid"', 'kind = "invalid"', "finding", "at least one finding"),
    ],
)
def test_fault_of_an_example_is_told_at_its_place(
    tmp_path: Path, old: str, new: str, path: str, reason: str
) -> None:
    text = EXAMPLE.replace(old, new)
    (fault,) = faults(tmp_path, examples={"plain.toml": text})
    assert (fault.file, fault.path, fault.line) == ("examples/plain.toml", path, lines_of(text).line(path))
    assert reason in fault.reason.en


def test_ids_of_guidance_and_examples_are_unique(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        guidance={"a.md": GUIDANCE, "b.md": GUIDANCE},
        examples={"a.toml": EXAMPLE, "b.toml": EXAMPLE},
    )
    assert [(f.file, f.path, f.line) for f in found] == [
        ("guidance/b.md", "id", 2),
        ("examples/b.toml", "id", 2),
    ]


def test_lines_are_found_in_every_form_of_toml() -> None:
    text = '''# head
a = 1
b.c = "x" # note
"quoted key" = 'y'
list = [
  1,
  { k = "v", m = [2,
    3] },  # comment ]
]
text = """
first
second \\""" still
"""
[table.inner]
when = 2026-01-01 10:00:00
[[rows]]
x = 1
[[rows.sub]]
y = 1
[[rows]]
[[rows.sub]]
[[rows.sub]]
y = [[1], [2]]
'''
    lines = lines_of(text)
    found = {
        path: lines.line(path)
        for path in (
            "a",
            "b.c",
            "quoted key",
            "list",
            "list[0]",
            "list[1].k",
            "list[1].m[1]",
            "text",
            "table.inner.when",
            "rows[0].x",
            "rows[0].sub[0].y",
            "rows[1]",
            "rows[1].sub[1].y",
            "rows[1].sub[1].y[1][0]",
            "rows[0].missing.deep",
            "",
        )
    }
    assert list(found.values()) == [2, 3, 4, 5, 6, 7, 8, 10, 15, 17, 19, 20, 23, 23, 16, 1]
    assert lines.content_line("text") == 11
    assert lines.content_line("b.c") == 3
