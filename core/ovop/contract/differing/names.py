"""What the parts of a definition and their attributes are called, for people who do not read TOML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ovop.contract import vocabulary as v

Pair = tuple[str, str]


def _both(word: str) -> Pair:
    return word, word


ATTRIBUTES: Mapping[str, Pair] = {
    "accuracy": ("ketelitian", "accuracy"),
    "anchors": ("jangkar nilai", "anchors"),
    "anchors_when": ("jangkar bersyarat", "conditional anchors"),
    "answers": ("isian", "answers"),
    "applies_if": ("syarat berlaku", "condition to apply"),
    "asks": ("keterangan yang diminta bersama berkas", "details asked for beside the file"),
    "backed_by": ("isian pendukung", "backing"),
    "bands": ("aturan nilai otomatis", "automatic levels"),
    "basis": ("dasar persetujuan", "basis of consent"),
    "blind": ("penyembunyian dari penilai", "hiding from assessors"),
    "body": ("isi", "body"),
    "cap_points": ("batas nilai total", "cap of the total"),
    "card_fields": ("isian kartu katalog", "fields of the catalogue card"),
    "categories": ("kategori", "categories"),
    "checks": ("pemeriksaan", "checks"),
    "code": ("kode", "code"),
    "code_list": ("daftar kode", "code list"),
    "consent": ("persetujuan pelaku", "maker's consent"),
    "contract": ("rentang kontrak", "contract range"),
    "criteria": ("kriteria", "criteria"),
    "currency": ("mata uang", "currency"),
    "drop": ("isian lama yang ditinggalkan", "old answers left behind"),
    "edition": ("edisi", "edition"),
    "effect": ("akibat", "effect"),
    "evidence": ("bukti", "evidence"),
    "example": ("contoh", "example"),
    "exclusive": ("pilihan yang berdiri sendiri", "standing alone"),
    "factor": ("faktor konversi", "conversion factor"),
    "facts": ("fakta yang diminta", "facts asked for"),
    "fields": ("isian", "fields"),
    "findings": ("temuan yang diharapkan", "expected findings"),
    "from_major": ("versi asal", "version it starts from"),
    "gates": ("gerbang", "gates"),
    "given_on": ("tanggal persetujuan", "day of consent"),
    "groups": ("kelompok", "groups"),
    "guidance": ("panduan", "guidance"),
    "help": ("petunjuk", "help"),
    "id": _both("id"),
    "intro": ("pengantar", "introduction"),
    "inverse": ("konversi terbalik", "inverse conversion"),
    "items": ("kode", "codes"),
    "kbli": _both("KBLI"),
    "key": ("kunci", "key"),
    "keys": ("kunci tabel", "keys of the table"),
    "kind": ("jenis", "kind"),
    "label": ("nama", "name"),
    "legal_basis": ("dasar hukum", "legal basis"),
    "level": ("tingkat", "level"),
    "levels": ("tingkat nilai", "levels"),
    "limit_tables": ("tabel batas", "limit tables"),
    "code_lists": ("daftar kode", "code lists"),
    "examples": ("contoh kerja", "worked examples"),
    "sections": ("bagian", "sections"),
    "upcasts": ("langkah antarversi", "steps between versions"),
    "maker": ("pelaku", "maker"),
    "max_age_months": ("umur terlama (bulan)", "greatest age (months)"),
    "max_files": ("jumlah berkas terbanyak", "most files"),
    "max_items": ("jumlah terbanyak", "most items"),
    "max_length": ("panjang terbanyak (huruf)", "greatest length (characters)"),
    "max_megabytes": ("ukuran berkas terbesar (MB)", "largest file (MB)"),
    "max_rows": ("jumlah baris terbanyak", "most rows"),
    "maximum": ("nilai terbesar", "largest value"),
    "maximum_days": ("lama terpanjang (hari)", "longest time (days)"),
    "media": ("jenis berkas yang diterima", "accepted kinds of file"),
    "message": ("pesan", "message"),
    "min_files": ("jumlah berkas tersedikit", "fewest files"),
    "min_items": ("jumlah tersedikit", "fewest items"),
    "min_length": ("panjang tersedikit (huruf)", "least length (characters)"),
    "min_pixels": ("piksel tersedikit", "fewest pixels"),
    "min_rows": ("jumlah baris tersedikit", "fewest rows"),
    "min_seconds": ("detik tersedikit", "fewest seconds"),
    "minimum": ("nilai terkecil", "smallest value"),
    "minimum_count": ("jumlah contoh tersedikit", "fewest samples"),
    "minimum_days": ("lama terpendek (hari)", "shortest time (days)"),
    "name": ("nama", "name"),
    "needed_from_points": ("nilai yang mensyaratkan", "points from which it is needed"),
    "not_after_today": ("larangan tanggal sesudah hari ini", "ban on days after today"),
    "not_before_today": ("larangan tanggal sebelum hari ini", "ban on days before today"),
    "number_example": ("contoh nomor", "example of the number"),
    "number_pattern": ("pola nomor", "pattern of the number"),
    "number_severity": ("kegawatan nomor yang tidak sesuai", "severity of a number that does not fit"),
    "options": ("pilihan", "options"),
    "ordered": ("arti urutan baris", "meaning of the rows' order"),
    "other": ("permintaan teks lain", "request for another text"),
    "owner": ("pemilik", "owner"),
    "panel": ("penilaian panel", "panel score"),
    "parts": ("bagian-bagian", "parts"),
    "pattern": ("pola", "pattern"),
    "perishable": ("tanda mudah rusak", "mark of perishability"),
    "personal": ("kelas data pribadi", "class of personal data"),
    "provider": ("penyedia", "provider"),
    "public": ("penayangan di katalog", "showing in the catalogue"),
    "recode": ("penggantian nilai pilihan", "replacement of option values"),
    "record": ("catatan", "record"),
    "redistribute_to": ("kelompok penerima bobot", "groups that receive the weight"),
    "remedy": ("cara memperbaiki", "remedy"),
    "rename": ("penggantian nama isian", "renaming of answers"),
    "required": ("kewajiban", "requirement"),
    "result": ("jenis hasil", "type of the result"),
    "roles": ("peran berkas", "file roles"),
    "one_per": ("kewajiban satu baris tiap pilihan", "one row for each option"),
    "row_checks": ("pemeriksaan baris", "checks of a row"),
    "rows": ("baris", "rows"),
    "rule": ("aturan", "rule"),
    "ruler": ("permintaan mistar dalam foto", "request for a ruler in the picture"),
    "scale": ("skala mutu", "scale of grades"),
    "scale_max": ("tingkat tertinggi", "highest level"),
    "section": ("bagian", "section"),
    "serves": ("tujuan yang dilayani", "aims it serves"),
    "severity": ("kegawatan", "severity"),
    "show_if": ("syarat tampil", "condition to be shown"),
    "shows": ("ringkasan yang ditampilkan", "statistics shown"),
    "source": ("sumber", "source"),
    "sources": ("sumber", "sources"),
    "statement": ("pernyataan", "statement"),
    "status": ("status sumber", "status of the source"),
    "summary": ("ringkasan", "summary"),
    "synonyms": ("padanan kata", "synonyms"),
    "text": ("teks", "text"),
    "theme": ("tema", "theme"),
    "threshold": ("ambang nilai", "threshold"),
    "title": ("judul", "title"),
    "to": ("jenis rujukan", "kind of reference"),
    "total": ("nilai total", "total"),
    "type": ("tipe", "type"),
    "unique": ("kolom yang tidak boleh berulang", "columns that may not repeat"),
    "unit": ("satuan", "unit"),
    "units": ("satuan", "units"),
    "value": ("nilai", "value"),
    "version": ("versi", "version"),
    "weight": ("bobot", "weight"),
    "when": ("syarat", "condition"),
}
"""Attribute -> what it is called, in Bahasa Indonesia and English."""

PARTS: Mapping[type[v.Part], tuple[str, str, Callable[[Any], v.Text | str]]] = {
    v.Manifest: ("komoditi", "the commodity", lambda p: p.name),
    v.Section: ("bagian", "the section", lambda p: p.title),
    v.FieldBase: ("isian", "the field", lambda p: p.label),
    v.Option: ("pilihan", "the option", lambda p: p.label),
    v.Unit: ("satuan", "the unit", lambda p: p.code),
    v.Check: ("pemeriksaan", "the check", lambda p: p.code),
    v.Dimension: ("ukuran", "the dimension", lambda p: p.label),
    v.Evidence: ("bukti", "the evidence", lambda p: p.label),
    v.EvidenceRole: ("peran berkas", "the file role", lambda p: p.label),
    v.Upcast: ("langkah dari versi", "the step from version", lambda p: str(p.from_major)),
    v.CriterionGroup: (
        "kelompok",
        "the group",
        lambda p: v.Text(f"{p.id} {p.name.id}", f"{p.id} {p.name.en}"),
    ),
    v.Criterion: (
        "kriteria",
        "the criterion",
        lambda p: v.Text(f"{p.id} {p.name.id}", f"{p.id} {p.name.en}"),
    ),
    v.Anchor: ("jangkar tingkat", "the anchor of level", lambda p: str(p.level)),
    v.AnchorSet: ("jangkar bersyarat", "the anchors under the condition", lambda p: p.when),
    v.Band: ("aturan nilai otomatis tingkat", "the automatic level", lambda p: str(p.level)),
    v.Gate: ("gerbang", "the gate", lambda p: p.id),
    v.CodeList: ("daftar kode", "the code list", lambda p: p.id),
    v.LimitTable: ("tabel batas", "the limit table", lambda p: p.name),
    v.LimitRow: ("baris", "the row", lambda p: " · ".join(p.key)),
    v.Guidance: ("panduan", "the guidance", lambda p: p.title),
    v.Example: ("contoh kerja", "the worked example", lambda p: p.title),
    v.KbliCode: (*_both("KBLI"), lambda p: f"{p.code} ({p.edition})"),
    v.Consent: ("persetujuan pelaku", "the consent of", lambda p: p.maker),
    v.Rubric: ("lembar nilai", "the score sheet", lambda p: ""),
    v.Form: ("formulir", "the form", lambda p: ""),
    v.Definition: ("definisi", "the definition", lambda p: ""),
}
"""Kind of part -> what it is called, and its own name."""

KINDS: Mapping[type[v.Part], str] = {
    v.Guidance: "guidance",
    v.Example: "example",
    v.Upcast: "upcast",
    v.LimitTable: "limit",
    v.CodeList: "code_list",
    v.Gate: "gate",
    v.Criterion: "criterion",
    v.CriterionGroup: "criterion",
    v.Rubric: "criterion",
    v.Evidence: "evidence",
    v.FieldBase: "field",
    v.Section: "section",
    v.Check: "check",
    v.Manifest: "commodity",
}
"""Kind of part -> the word for programs; the first that leads to a difference counts."""


def attribute_name(attribute: str) -> v.Text:
    """What an attribute is called."""
    return v.Text(*ATTRIBUTES.get(attribute, _both(f"`{attribute}`")))


def part_name(part: v.Part) -> v.Text:
    """What a part is called, with its own name in quotation marks."""
    for kind, (id_, en, own) in PARTS.items():
        if isinstance(part, kind):
            name = own(part)
            text = v.Text(name, name) if isinstance(name, str) and name else name
            if isinstance(text, v.Text):
                return v.Text(f"{id_} “{text.id}”", f"{en} “{text.en}”")
            return v.Text(id_, en)
    return v.Text(*_both(type(part).__name__))


def kind_name(part: v.Part) -> v.Text:
    """What parts of this kind are called: `field`, say."""
    id_, en, _own = next(words for kind, words in PARTS.items() if isinstance(part, kind))
    return v.Text(id_, en.removeprefix("the "))


def word_of(parts: tuple[v.Part, ...]) -> str:
    """The word for programs of what a difference is about."""
    return next(
        (word for kind, word in KINDS.items() for part in parts if isinstance(part, kind)), "definition"
    )
