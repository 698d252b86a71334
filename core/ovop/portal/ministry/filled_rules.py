"""A cycle's rules and the deadlines of its chain as the fields of a form, and back. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from ovop.contract.vocabulary import Finding, Text
from ovop.cycles.chain import Chain
from ovop.cycles.rules import CycleRules, ScoreShares
from ovop.portal.language import mark, translated
from ovop.portal.ministry.shared import number, refuse, whole
from ovop.shapes import faults

MOST_BANDS = 8
SHARES = tuple(field.name for field in msgspec.structs.fields(ScoreShares))

LABELS = {
    "shares.production_and_community": mark("Bagian produksi dan masyarakat"),
    "shares.marketing_and_history": mark("Bagian pemasaran dan sejarah"),
    "shares.product": mark("Bagian produk"),
    "grace.minutes": mark("Masa tenggang"),
    "centre_min_members": mark("Anggota sentra paling sedikit"),
}


def fields_of(rules: CycleRules, chain: Chain) -> dict[str, str]:
    """The fields with their values, as `rules_from` and `chain_from` read them."""
    values = {
        "grace.minutes": str(rules.grace.minutes),
        "grace.serves": rules.grace.serves.value,
        "late_corrections": rules.late_corrections.value,
        "centre_min_members": str(rules.centre_min_members),
        "stars.assumed": "on" if rules.stars.assumed else "",
    }
    values |= {f"shares.{name}": f"{getattr(rules.shares, name):g}" for name in SHARES}
    for index, band in enumerate(rules.stars.bands):
        values |= {
            f"band.{index}.stars": str(band.stars),
            f"band.{index}.from_points": f"{band.from_points:g}",
            f"band.{index}.id": band.name.id,
            f"band.{index}.en": band.name.en,
        }
    values |= {f"deadline.{stage.code}": str(stage.deadline_working_days or "") for stage in chain.stages}
    return values


def rules_from(values: Mapping[str, str]) -> CycleRules:
    """The rules that a form states; a row of the star classes without stars and points is no class. Raises `Invalid`."""
    content = {
        "stars": {"bands": list(_bands(values)), "assumed": bool(values.get("stars.assumed"))},
        "grace": {
            "minutes": whole(values.get("grace.minutes", "")),
            "serves": values.get("grace.serves", ""),
        },
        "shares": {name: number(values.get(f"shares.{name}", "")) for name in SHARES},
        "centre_min_members": whole(values.get("centre_min_members", "")),
        "late_corrections": values.get("late_corrections", ""),
    }
    # One finding a place: of the star classes a row may lack several things.
    refuse(list({fault.path: fault for fault in map(_worded, faults(CycleRules, content))}.values()))
    return msgspec.convert(content, CycleRules)


def chain_from(chain: Chain, values: Mapping[str, str]) -> Chain:
    """The chain with the deadlines that a form states; raises `Invalid`."""
    content = msgspec.to_builtins(chain)
    for stage in content["stages"]:
        given = values.get(f"deadline.{stage['code']}", "")
        stage["deadline_working_days"] = whole(given) if given else None
    found = [_deadline_fault(fault, chain) for fault in faults(Chain, content)]
    refuse(found)
    return msgspec.convert(content, Chain)


def _bands(values: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for index in range(MOST_BANDS):
        stars, points = values.get(f"band.{index}.stars", ""), values.get(f"band.{index}.from_points", "")
        if stars or points:
            yield {
                "stars": whole(stars),
                "from_points": number(points),
                "name": {"id": values.get(f"band.{index}.id", ""), "en": values.get(f"band.{index}.en", "")},
            }


def _worded(fault: Finding) -> Finding:
    if fault.path.startswith("stars"):
        return Finding(
            path="bands",
            code=fault.code,
            message=Text(
                "Satu kelas bintang belum lengkap atau belum benar.",
                "A star class is incomplete or not right.",
            ),
            remedy=Text(
                "Isi bintang 0–10, batas nilai 0–100 dan nama dalam dua bahasa pada setiap baris yang dipakai.",
                "Give stars 0–10, a limit of 0–100 points and a name in both languages in every row that is used.",
            ),
        )
    label = LABELS.get(fault.path, fault.path)
    return Finding(
        path=fault.path,
        code=fault.code,
        message=Text(f"“{label}” belum benar.", f"“{translated(label, 'en')}” is not right."),
        remedy=Text(
            "Isi bilangan di dalam batas yang disebut pada isian.",
            "Give a number within the limits named at the field.",
        ),
    )


def _deadline_fault(fault: Finding, chain: Chain) -> Finding:
    position = fault.path.partition("[")[2].partition("]")[0]
    stage = chain.stages[int(position)] if position.isdigit() else chain.first
    return Finding(
        path=f"deadline.{stage.code}",
        code=fault.code,
        message=Text(
            f"Tenggat tahap “{stage.label.id}” belum benar.",
            f"The deadline of “{stage.label.en}” is not right.",
        ),
        remedy=Text(
            "Isi 1 sampai 365 hari kerja, atau kosongkan.", "Give 1 to 365 working days, or leave it empty."
        ),
    )
