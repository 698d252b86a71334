"""The names by which these pages call roles, offices, sizes, states and events, in Indonesian; they are translated where they are shown."""

from __future__ import annotations

from ovop.contract.conformance.published import Tier
from ovop.contract.vocabulary import EvidenceKind, GateEffect, GuidanceKind, Theme
from ovop.cycles.chain import Need
from ovop.cycles.rules import CycleState, GraceFor, LateCorrection
from ovop.identities.enums import EnterpriseSize, OfficeKind, Role, Scope
from ovop.portal.language import mark
from ovop.submissions.correction_rules import CorrectionState

ROLES = {
    Role.PRODUCER: mark("Produsen"),
    Role.REGENCY_OFFICER: mark("Petugas dinas kab/kota"),
    Role.PROVINCE_OFFICER: mark("Petugas dinas provinsi"),
    Role.GOVERNOR_OFFICER: mark("Petugas kantor gubernur"),
    Role.VERIFIER: mark("Verifikator"),
    Role.SELECTOR: mark("Penyeleksi"),
    Role.ASSESSOR: mark("Penilai"),
    Role.MINISTRY_ADMIN: mark("Admin kementerian"),
    Role.AUDITOR: mark("Auditor"),
}
OFFICE_KINDS = {
    OfficeKind.MINISTRY: mark("Kementerian"),
    OfficeKind.PROVINCE: mark("Dinas provinsi"),
    OfficeKind.GOVERNOR: mark("Kantor gubernur"),
    OfficeKind.REGENCY: mark("Dinas kab/kota"),
    OfficeKind.ASSESSOR_BODY: mark("Lembaga penilai"),
}
SIZES = {
    EnterpriseSize.MICRO: mark("Mikro"),
    EnterpriseSize.SMALL: mark("Kecil"),
    EnterpriseSize.MEDIUM: mark("Menengah"),
    EnterpriseSize.LARGE: mark("Besar"),
}
STATES = {
    CycleState.DRAFT: mark("Rancangan"),
    CycleState.OPEN: mark("Dibuka"),
    CycleState.CLOSED: mark("Ditutup"),
}
STATE_KINDS = {CycleState.DRAFT: "wait", CycleState.OPEN: "good", CycleState.CLOSED: "note"}
GRACE = {
    GraceFor.BEGUN_BEFORE_CLOSING: mark("Usulan yang dimulai sebelum penutupan"),
    GraceFor.EVERYBODY: mark("Semua usulan"),
}
LATE_CORRECTIONS = {
    LateCorrection.ACCEPT: mark("Diterima dan diberi tanda terlambat"),
    LateCorrection.REFUSE: mark("Ditolak"),
}
NEEDS = {
    Need.LETTER: mark("surat pengantar"),
    Need.REASON: mark("alasan"),
    Need.SECTIONS: mark("bagian yang diperbaiki"),
    Need.DUE_ON: mark("batas waktu perbaikan"),
}
CORRECTION_STATES = {
    CorrectionState.PROPOSED: mark("Menunggu diputuskan"),
    CorrectionState.APPROVED: mark("Disetujui"),
    CorrectionState.REJECTED: mark("Ditolak"),
}
CORRECTION_KINDS = {
    CorrectionState.PROPOSED: "wait",
    CorrectionState.APPROVED: "good",
    CorrectionState.REJECTED: "bad",
}
TOUCHES = {
    "in_work": mark("sedang dikerjakan"),
    "findings": mark("temuan pemeriksaan berubah"),
    "computed": mark("nilai hitungan berubah"),
    "gates": mark("syarat gugur berubah"),
    "score": mark("penilaian berubah"),
}
IMPACTS = {
    "breaking": mark("Isian atau nilai dapat berubah"),
    "widening": mark("Yang sudah benar tetap benar"),
    "wording": mark("Hanya kata-kata"),
}
IMPACT_KINDS = {"breaking": "bad", "widening": "wait", "wording": "note"}
STEPS = {
    "none": mark("tidak ada perubahan"),
    "minor": mark("versi minor"),
    "major": mark("versi utama"),
}
TIERS = {Tier.BRONZE: mark("Perunggu"), Tier.SILVER: mark("Perak"), Tier.GOLD: mark("Emas")}
SCOPES = {
    Scope.READ: mark("Membaca"),
    Scope.SUBMIT: mark("Mengisi dan mengajukan usulan"),
    Scope.DECIDE: mark("Memutuskan dan menanggapi tembusan"),
    Scope.MANAGE: mark("Mengelola siklus, pengguna dan kantor"),
}
FIELD_TYPES = {
    "text": mark("teks"),
    "longtext": mark("teks panjang"),
    "integer": mark("bilangan bulat"),
    "decimal": mark("bilangan"),
    "money": mark("uang"),
    "percent": mark("persen"),
    "date": mark("tanggal"),
    "duration": mark("lama waktu"),
    "boolean": mark("ya atau tidak"),
    "select": mark("satu pilihan"),
    "multiselect": mark("beberapa pilihan"),
    "code": mark("kode dari daftar"),
    "grade": mark("tingkat"),
    "dimensions": mark("ukuran"),
    "declaration": mark("pernyataan"),
    "checklist": mark("daftar periksa"),
    "location": mark("lokasi"),
    "group": mark("kelompok isian"),
    "rows": mark("baris berulang"),
    "series": mark("seri pengukuran"),
    "reading": mark("hasil laboratorium"),
    "identifier": mark("nomor resmi"),
    "file": mark("berkas"),
    "computed": mark("dihitung sendiri"),
    "sample": mark("contoh barang"),
    "reference": mark("rujukan"),
}
EVIDENCE_KINDS = {
    EvidenceKind.DOCUMENT: mark("Dokumen"),
    EvidenceKind.PHOTO: mark("Foto"),
    EvidenceKind.VIDEO: mark("Video"),
}
GATE_EFFECTS = {
    GateEffect.BLOCK: mark("Usulan gugur"),
    GateEffect.CAP: mark("Nilai dibatasi"),
    GateEffect.RETURN: mark("Dikembalikan"),
}
THEMES = {
    Theme.QUALITY: mark("Mutu"),
    Theme.DESIGN: mark("Desain"),
    Theme.STORY: mark("Cerita produk"),
    Theme.MARKET: mark("Pasar"),
    Theme.PACKAGING: mark("Kemasan"),
    Theme.PEOPLE: mark("Sumber daya manusia"),
}
GUIDANCE_KINDS = {GuidanceKind.STEP: mark("Langkah"), GuidanceKind.SUCCESS_STORY: mark("Kisah sukses")}
EXAMPLE_KINDS = {
    "valid": mark("harus diterima"),
    "invalid": mark("harus ditolak"),
    "scored": mark("harus bernilai sama"),
}
STREAMS = {
    "submission": mark("Usulan"),
    "cycle": mark("Siklus"),
    "person": mark("Pengguna"),
    "office": mark("Kantor"),
    "enterprise": mark("IKM"),
    "industry-centre": mark("Sentra"),
    "delegation": mark("Pelimpahan"),
    "holidays": mark("Hari libur"),
}
EVENTS = {
    "api_token.created": mark("Token API dibuat"),
    "api_token.revoked": mark("Token API dicabut"),
    "copy.answered": mark("Tembusan ditanggapi"),
    "copy.delivered": mark("Tembusan dikirim lewat e-mail"),
    "copy.issued": mark("Tembusan diterbitkan"),
    "copy.read": mark("Tembusan dibaca"),
    "cycle.amended": mark("Siklus diubah"),
    "cycle.closed": mark("Siklus ditutup"),
    "cycle.commodities_chosen": mark("Komoditi siklus dipilih"),
    "cycle.corrected": mark("Koreksi komoditi disetujui"),
    "cycle.correction_proposed": mark("Koreksi komoditi diusulkan"),
    "cycle.correction_rejected": mark("Koreksi komoditi ditolak"),
    "cycle.created": mark("Siklus dibuat"),
    "cycle.extended": mark("Siklus diperpanjang"),
    "cycle.opened": mark("Siklus dibuka"),
    "delegation.granted": mark("Wewenang dilimpahkan"),
    "delegation.given": mark("Wewenang dilimpahkan"),
    "delegation.revoked": mark("Pelimpahan dicabut"),
    "enterprise.registered": mark("IKM didaftarkan"),
    "enterprise.updated": mark("Data IKM diubah"),
    "holiday.decreed": mark("Hari libur ditetapkan"),
    "industry_centre.registered": mark("Sentra didaftarkan"),
    "industry_centre.updated": mark("Data sentra diubah"),
    "login.begun": mark("Orang masuk"),
    "login.ended": mark("Orang keluar"),
    "login.renewed": mark("Masa masuk diperpanjang"),
    "membership.ended": mark("Peran diakhiri"),
    "membership.given": mark("Peran diberikan"),
    "office.created": mark("Kantor dibuat"),
    "password.changed": mark("Kata sandi diganti sendiri"),
    "password.set": mark("Kata sandi baru diberikan"),
    "person.disabled": mark("Akun ditutup"),
    "person.registered": mark("Orang didaftarkan"),
    "person.revealed": mark("Data pribadi dibuka"),
    "person.updated": mark("Data orang diubah"),
    "submission.answers_saved": mark("Isian disimpan"),
    "submission.approved": mark("Usulan disetujui"),
    "submission.created": mark("Usulan dimulai"),
    "submission.declined": mark("Usulan ditolak"),
    "submission.definition_corrected": mark("Draf pindah ke versi koreksi"),
    "submission.evidence_added": mark("Bukti ditambahkan"),
    "submission.evidence_described": mark("Keterangan bukti diubah"),
    "submission.evidence_removed": mark("Bukti dihapus"),
    "submission.letter_attached": mark("Surat dilampirkan"),
    "submission.resubmitted": mark("Perbaikan diajukan"),
    "submission.returned": mark("Usulan dikembalikan"),
    "submission.submitted": mark("Usulan diajukan"),
    "submission.taken_over": mark("Isian tahun lalu diambil"),
    "submission.withdrawn": mark("Usulan ditarik"),
}
"""What each kind of event is called; one that is not listed is shown by its own name."""
