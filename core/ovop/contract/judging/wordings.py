"""Wording of each finding code (`code`, or `code.variant`): message and remedy, Bahasa Indonesia first.

Kept apart from the code that fills them in, so that whoever writes the texts reads nothing else.
"""

from collections.abc import Mapping
from typing import Final

from ovop.contract.vocabulary import Text

WORDINGS: Final[Mapping[str, tuple[Text, Text]]] = {
    "required": (
        Text("{where} belum diisi.", "{where} is not filled in."),
        Text("Isi bagian ini.", "Fill it in."),
    ),
    "required.choice": (
        Text("{where} belum dipilih.", "{where} is not chosen."),
        Text("Pilih jawaban yang sesuai.", "Choose the answer that fits."),
    ),
    "required.rows": (
        Text("{where} belum memiliki baris.", "{where} has no row."),
        Text("Tambahkan sedikitnya {minimum} baris.", "Add at least {minimum} row(s)."),
    ),
    "required.file": (
        Text("{where} belum ada berkasnya.", "{where} has no file."),
        Text("Unggah berkasnya.", "Upload the file."),
    ),
    "not_accepted": (
        Text("{where} belum disetujui.", "{where} is not accepted."),
        Text(
            "Baca pernyataannya, lalu centang bila Anda setuju.",
            "Read the statement and tick it if you agree.",
        ),
    ),
    "unknown_field": (
        Text("Formulir tidak mengenal isian “{key}”.", "The form has no field “{key}”."),
        Text("Hapus isian ini.", "Remove it."),
    ),
    "unknown_field.computed": (
        Text("{where} dihitung dari jawaban lain.", "{where} follows from other answers."),
        Text(
            "Jangan mengirim nilainya; ubah jawaban asalnya.", "Do not send it; change the answers behind it."
        ),
    ),
    "wrong_type": (
        Text("{where} harus berupa {expected}.", "{where} has to be {expected}."),
        Text("Isi ulang dengan bentuk itu.", "Enter it again in that form."),
    ),
    "too_short": (
        Text(
            "{where} terlalu pendek: {actual} huruf, paling sedikit {minimum}.",
            "{where} is too short: {actual} characters, at least {minimum} needed.",
        ),
        Text("Tulis lebih lengkap.", "Write more."),
    ),
    "too_long": (
        Text(
            "{where} terlalu panjang: {actual} huruf, paling banyak {maximum}.",
            "{where} is too long: {actual} characters, at most {maximum} allowed.",
        ),
        Text("Ringkas isinya.", "Shorten it."),
    ),
    "pattern": (
        Text("{where}: bentuk “{actual}” tidak sesuai.", "{where}: “{actual}” does not have the right form."),
        Text("Periksa penulisannya.", "Check how it is written."),
    ),
    "pattern.example": (
        Text("{where}: bentuk “{actual}” tidak sesuai.", "{where}: “{actual}” does not have the right form."),
        Text("Tulis seperti contoh ini: {example}.", "Write it like this example: {example}."),
    ),
    "too_small": (
        Text("{where}: {actual} kurang dari {bound}.", "{where}: {actual} is below {bound}."),
        Text(
            "Isi paling sedikit {bound}, atau periksa satuannya.",
            "Enter at least {bound}, or check the unit.",
        ),
    ),
    "too_small.exclusive": (
        Text("{where} harus lebih dari {bound}.", "{where} has to be more than {bound}."),
        Text("Isi angka di atas {bound}.", "Enter a number above {bound}."),
    ),
    "too_large": (
        Text("{where}: {actual} lebih dari {bound}.", "{where}: {actual} is above {bound}."),
        Text(
            "Isi paling banyak {bound}, atau periksa satuannya.", "Enter at most {bound}, or check the unit."
        ),
    ),
    "too_large.file": (
        Text(
            "{where}: ukuran berkas {actual} MB, paling besar {bound} MB.",
            "{where}: the file has {actual} MB, at most {bound} MB allowed.",
        ),
        Text("Perkecil berkasnya, lalu unggah lagi.", "Make the file smaller and upload it again."),
    ),
    "unknown_option": (
        Text(
            "{where}: “{actual}” bukan pilihan yang tersedia.",
            "{where}: “{actual}” is not one of the choices.",
        ),
        Text("Pilih dari daftar.", "Choose from the list."),
    ),
    "exclusive_option": (
        Text(
            "{where}: “{option}” tidak dapat dipilih bersama pilihan lain.",
            "{where}: “{option}” cannot stand beside other choices.",
        ),
        Text(
            "Pilih “{option}” saja, atau hapus pilihan itu.",
            "Choose “{option}” alone, or remove it.",
        ),
    ),
    "other_missing": (
        Text("{where}: keterangan untuk “{option}” belum diisi.", "{where}: “{option}” is not explained."),
        Text("Tuliskan keterangannya.", "Say what it is."),
    ),
    "too_few": (
        Text(
            "{where} baru {actual}, paling sedikit {minimum}.",
            "{where} has {actual}, at least {minimum} needed.",
        ),
        Text("Lengkapi hingga {minimum}.", "Add until there are {minimum}."),
    ),
    "too_many": (
        Text(
            "{where} ada {actual}, paling banyak {maximum}.",
            "{where} has {actual}, at most {maximum} allowed.",
        ),
        Text("Kurangi hingga {maximum}.", "Remove until {maximum} are left."),
    ),
    "unknown_unit": (
        Text("{where}: satuan belum dipilih atau tidak dikenal.", "{where}: the unit is missing or unknown."),
        Text("Pilih salah satu: {units}.", "Choose one of: {units}."),
    ),
    "unknown_part": (
        Text("{where} tidak memiliki bagian “{part}”.", "{where} has no part “{part}”."),
        Text("Hapus bagian ini.", "Remove it."),
    ),
    "duplicate_row": (
        Text("{where} sama dengan baris {first}.", "{where} repeats row {first}."),
        Text("Gabungkan kedua baris, atau ubah salah satunya.", "Merge the two rows, or change one of them."),
    ),
    "row_missing": (
        Text("{where}: baris untuk “{option}” belum ada.", "{where}: there is no row for “{option}”."),
        Text("Tambahkan baris itu.", "Add that row."),
    ),
    "date_format": (
        Text("{where}: “{actual}” bukan tanggal yang benar.", "{where}: “{actual}” is not a date."),
        Text("Tulis tahun-bulan-hari, misalnya 2026-10-18.", "Write year-month-day, for example 2026-10-18."),
    ),
    "after_today": (
        Text("{where}: {actual} belum tiba.", "{where}: {actual} lies in the future."),
        Text("Isi tanggal hari ini atau sebelumnya.", "Enter today or an earlier day."),
    ),
    "before_today": (
        Text("{where}: {actual} sudah lewat.", "{where}: {actual} has passed."),
        Text("Isi tanggal hari ini atau sesudahnya.", "Enter today or a later day."),
    ),
    "evidence_missing": (
        Text("{where} belum dilampirkan.", "{where} is not attached."),
        Text("Unggah {where}.", "Upload {where}."),
    ),
    "evidence_missing.role": (
        Text(
            "{where} belum lengkap: “{role}” ada {actual}, paling sedikit {minimum}.",
            "{where} is incomplete: “{role}” has {actual}, at least {minimum} needed.",
        ),
        Text("Unggah “{role}”.", "Upload “{role}”."),
    ),
    "unknown_option.role": (
        Text("{where}: peran “{actual}” tidak dikenal.", "{where}: the role “{actual}” is not known."),
        Text("Pilih peran dari daftar.", "Choose a role from the list."),
    ),
    "evidence_missing.later": (
        Text(
            "{where} belum dilampirkan; diperlukan untuk nilai {points} ke atas.",
            "{where} is not attached; it is needed from {points} points.",
        ),
        Text("Lampirkan bila produk mengejar nilai itu.", "Attach it if the product aims that high."),
    ),
    "evidence_too_old": (
        Text(
            "{where} terbit {issued_on}, lebih dari {months} bulan lalu.",
            "{where} was issued on {issued_on}, more than {months} months ago.",
        ),
        Text("Lampirkan dokumen yang lebih baru.", "Attach a more recent document."),
    ),
    "evidence_expired": (
        Text("{where} berlaku hanya sampai {expires_on}.", "{where} was valid only until {expires_on}."),
        Text("Perpanjang, lalu lampirkan dokumen yang berlaku.", "Renew it and attach the valid document."),
    ),
    "evidence_number": (
        Text(
            "{where}: nomor “{actual}” tidak sesuai bentuknya.",
            "{where}: the number “{actual}” is malformed.",
        ),
        Text("Salin nomor persis dari dokumen.", "Copy the number exactly as the document has it."),
    ),
    "evidence_number.example": (
        Text(
            "{where}: nomor “{actual}” tidak sesuai bentuknya.",
            "{where}: the number “{actual}” is malformed.",
        ),
        Text(
            "Salin nomor persis dari dokumen, misalnya {example}.",
            "Copy the number exactly as the document has it, for example {example}.",
        ),
    ),
    "evidence_asks": (
        Text("{where}: {ask} belum diisi.", "{where}: {ask} is not filled in."),
        Text("Isi sesuai dokumen.", "Fill it in as the document states it."),
    ),
    "evidence_media": (
        Text(
            "{where}: jenis berkas {actual} tidak diterima.",
            "{where}: files of type {actual} are not accepted.",
        ),
        Text("Unggah salah satu jenis ini: {media}.", "Upload one of these types: {media}."),
    ),
    "evidence_pixels": (
        Text(
            "{where}: sisi terpanjang gambar {actual} piksel, paling sedikit {minimum}.",
            "{where}: the longer side has {actual} pixels, at least {minimum} needed.",
        ),
        Text("Unggah gambar yang lebih tajam.", "Upload a sharper picture."),
    ),
    "evidence_seconds": (
        Text(
            "{where}: video {actual} detik, paling sedikit {minimum}.",
            "{where}: the video lasts {actual} seconds, at least {minimum} needed.",
        ),
        Text("Unggah video yang lebih panjang.", "Upload a longer video."),
    ),
    "check_by_hand": (
        Text(
            "{where}: tidak ada batas yang berlaku dalam tabel, jadi tidak dapat dinilai otomatis.",
            "{where}: the table has no limit that applies, so it cannot be judged automatically.",
        ),
        Text("Penilai memeriksanya dengan tangan.", "An assessor checks it by hand."),
    ),
    "unknown_file.evidence": (
        Text("Formulir tidak meminta bukti “{key}”.", "The form does not ask for the evidence “{key}”."),
        Text(
            "Hapus berkas ini, atau pindahkan ke bukti yang sesuai.",
            "Remove the file, or move it to the evidence where it belongs.",
        ),
    ),
    "unknown_file": (
        Text("{where} menunjuk berkas yang tidak ada.", "{where} points to a file that is not there."),
        Text("Unggah berkasnya lagi.", "Upload the file again."),
    ),
}
