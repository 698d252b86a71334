"""Definitions of an invented commodity, `sample`, as small as the contract allows; tests change what they are about."""

from __future__ import annotations

from pathlib import Path

from ovop.contract.loader import load_definition
from ovop.contract.vocabulary import Definition

MANIFEST = """
id = "sample"
code = "SMP"
version = "1.0"
contract = ">=1.0,<2"
name = { id = "Contoh", en = "Sample" }
summary = { id = "Komoditas rekaan", en = "An invented commodity" }
owner = { id = "Direktorat Contoh", en = "Directorate of samples" }
kbli = [{ edition = "2020", code = "13134" }]
facts = ["today", "enterprise_size"]
"""

FORM = """
[[section]]
id = "product"
title = { id = "Produk", en = "Product" }

[[section.fields]]
id = "title"
type = "text"
label = { id = "Nama produk", en = "Name of the product" }

[[section.fields]]
id = "mass"
type = "decimal"
label = { id = "Berat", en = "Weight" }
units = [{ code = "kg" }, { code = "g", factor = 0.001 }]
"""

CRITERIA = """
[rubric]
scale_max = 5

[[rubric.group]]
id = "A"
name = { id = "Semua", en = "All" }
weight = 100

[[rubric.group.criterion]]
id = "A1"
name = { id = "Mutu", en = "Quality" }
weight = 100
anchors = [{ level = 0, text = { id = "Buruk", en = "Poor" } }, { level = 5, text = { id = "Baik", en = "Good" } }]
"""


def write_definition(
    folder: Path,
    *,
    manifest: str = MANIFEST,
    form: str = FORM,
    criteria: str = CRITERIA,
    guidance: dict[str, str] | None = None,
    examples: dict[str, str] | None = None,
) -> Path:
    """Write a definition folder and return it; `guidance` and `examples` map file names to contents."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "commodity.toml").write_text(manifest, encoding="utf-8")
    (folder / "form.toml").write_text(form, encoding="utf-8")
    (folder / "criteria.toml").write_text(criteria, encoding="utf-8")
    for name, files in (("guidance", guidance or {}), ("examples", examples or {})):
        for file_name, text in files.items():
            (folder / name).mkdir(exist_ok=True)
            (folder / name / file_name).write_text(text, encoding="utf-8")
    return folder


def definition(folder: Path, **changes: object) -> Definition:
    """A definition written to `folder` and loaded; changes as for `write_definition`."""
    return load_definition(write_definition(folder, **changes))  # type: ignore[arg-type]  # passed on as given


def form_of(*fields: str, more: str = "") -> str:
    """`form.toml` with one section `product` that holds the fields given as TOML bodies without their label."""
    head = '[[section]]\nid = "product"\ntitle = { id = "Produk", en = "Product" }\n'
    label = 'label = { id = "Isian", en = "Field" }\n'
    return head + "".join(f"\n[[section.fields]]\n{label}{body.strip()}\n" for body in fields) + "\n" + more
