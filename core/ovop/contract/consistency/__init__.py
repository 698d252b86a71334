"""What must fit together in a definition beyond its single parts and its rules: names, references, weights, ranges, patterns."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from ovop.contract import vocabulary as v
from ovop.contract.consistency.criteria import criteria_faults
from ovop.contract.consistency.form import form_faults
from ovop.contract.consistency.items import example_faults, guidance_faults
from ovop.contract.consistency.upcasts import upcast_faults
from ovop.contract.errors import Fault
from ovop.contract.faults import fault
from ovop.contract.places import MANIFEST


def inconsistencies(definition: v.Definition) -> list[Fault]:
    """Every fault of this kind, in the order manifest, form, criteria, guidance, examples."""
    checks = (manifest_faults, form_faults, upcast_faults, criteria_faults, guidance_faults, example_faults)
    return [found for check in checks for found in check(definition)]


def admits(contract: str, version: str = v.CONTRACT_VERSION) -> bool:
    """Whether a contract range such as `>=1.0,<2` admits a version; ValueError for a range that cannot be read."""
    try:
        return SpecifierSet(contract).contains(version)
    except InvalidSpecifier as error:
        raise ValueError(str(error)) from None


def manifest_faults(definition: v.Definition) -> Iterator[Fault]:
    """The contract range, and the fields of the catalogue card."""
    manifest = definition.manifest
    try:
        fits = admits(manifest.contract)
    except ValueError:
        yield fault(
            f"{MANIFEST}.contract",
            f"rentang `{manifest.contract}` tidak terbaca; contoh: `>=1.0,<2`.",
            f"the range `{manifest.contract}` cannot be read; example: `>=1.0,<2`.",
        )
    else:
        if not fits:
            yield fault(
                f"{MANIFEST}.contract",
                f"rentang `{manifest.contract}` tidak memuat kontrak versi {v.CONTRACT_VERSION}.",
                f"the range `{manifest.contract}` does not admit contract version {v.CONTRACT_VERSION}.",
            )
    fields = {spec.id: spec for section in definition.form.sections for spec in section.fields}
    for index, name in enumerate(manifest.card_fields):
        path = f"{MANIFEST}.card_fields[{index}]"
        if name not in fields:
            yield fault(path, f"tidak ada isian `{name}`.", f"there is no field `{name}`.")
        elif not fields[name].public:
            yield fault(
                path,
                f"isian `{name}` tidak bertanda `public`, jadi tidak boleh tampil di katalog.",
                f"the field `{name}` is not marked `public`, so the catalogue may not show it.",
            )
