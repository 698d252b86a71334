"""What the checks of identifiers say: for each code its severity, the reason and the remedy.

`{digits}` in a message is filled with what was typed in its place; no text ever repeats a personal number.
"""

from __future__ import annotations

from typing import NamedTuple

from ovop.contract.vocabulary import Finding, Severity, Text


class Saying(NamedTuple):
    """The words of one code."""

    severity: Severity
    message: Text
    remedy: Text


_COPY_NIK = Text(
    "Salin 16 angka NIK dari KTP atau Kartu Keluarga.",
    "Copy the 16 digits of the NIK from the KTP or the family card.",
)
_COPY_NPWP = Text(
    "Salin NPWP 16 angka dari akun Coretax.", "Copy the 16-digit NPWP from the Coretax account."
)

SAYINGS = {
    "nik_length": Saying(
        Severity.ERROR,
        Text("NIK harus 16 angka; yang diisi {digits}.", "A NIK has 16 digits; this has {digits}."),
        _COPY_NIK,
    ),
    "nik_region_shape": Saying(
        Severity.ERROR,
        Text(
            "NIK diawali kode wilayah yang tidak mungkin (angka 1-6).",
            "The NIK begins with an impossible region code (digits 1-6).",
        ),
        _COPY_NIK,
    ),
    "nik_birth_date_shape": Saying(
        Severity.ERROR,
        Text(
            "NIK memuat tanggal lahir yang tidak mungkin (angka 7-12; untuk perempuan tanggal ditambah 40).",
            "The NIK holds an impossible birth date (digits 7-12; for women the day is raised by 40).",
        ),
        _COPY_NIK,
    ),
    "nik_serial": Saying(
        Severity.ERROR,
        Text(
            "NIK berakhir dengan nomor urut 0000; nomor urut mulai dari 0001.",
            "The NIK ends in serial 0000; it starts at 0001.",
        ),
        _COPY_NIK,
    ),
    "nik_region_unknown": Saying(
        Severity.WARNING,
        Text(
            "Kode wilayah pada NIK (angka 1-6) tidak ada di daftar wilayah sekarang; mungkin kode lama.",
            "The region code in the NIK (digits 1-6) is not in the current list of regions; it may be an old code.",
        ),
        Text(
            "Cocokkan NIK dengan KTP. Jika sudah sama, biarkan.",
            "Compare the NIK with the KTP. If they agree, leave it.",
        ),
    ),
    "nik_birth_date_differs": Saying(
        Severity.WARNING,
        Text(
            "Tanggal lahir pada NIK (angka 7-12) berbeda dari tanggal lahir yang diisi.",
            "The birth date in the NIK (digits 7-12) differs from the birth date given.",
        ),
        Text(
            "Periksa keduanya pada KTP. Jika tanggal lahir pernah dibetulkan, NIK tetap; biarkan.",
            "Check both on the KTP. If the birth date was once corrected, the NIK stays as it is; leave it.",
        ),
    ),
    "nib_length": Saying(
        Severity.ERROR,
        Text("NIB harus 13 angka; yang diisi {digits}.", "A NIB has 13 digits; this has {digits}."),
        Text(
            "Salin NIB dari dokumen NIB di OSS (oss.go.id).",
            "Copy the NIB from the NIB document in OSS (oss.go.id).",
        ),
    ),
    "npwp_length": Saying(
        Severity.ERROR,
        Text(
            "NPWP harus 16 angka (15 untuk bentuk lama, 22 untuk NITKU); yang diisi {digits}.",
            "An NPWP has 16 digits (15 in the old form, 22 for a NITKU); this has {digits}.",
        ),
        _COPY_NPWP,
    ),
    "npwp_not_nik": Saying(
        Severity.ERROR,
        Text(
            "NPWP yang tidak diawali 0 adalah NIK, tetapi isinya tidak berbentuk NIK.",
            "An NPWP that does not begin with 0 is a NIK, but this does not have the shape of one.",
        ),
        Text(
            "Perorangan: isi 16 angka NIK. Badan: isi 0 diikuti 15 angka NPWP lama.",
            "Person: enter the 16 digits of the NIK. Body: enter 0 and the 15 digits of the old NPWP.",
        ),
    ),
    "npwp_not_of_body": Saying(
        Severity.ERROR,
        Text("NPWP badan harus diawali 0.", "The NPWP of a body begins with 0."),
        Text(
            "Isi NPWP badan: 0 diikuti 15 angka NPWP lama, bukan NIK pengurusnya.",
            "Enter the NPWP of the body: 0 and the 15 digits of the old NPWP, not the NIK of a director.",
        ),
    ),
    "npwp_ask_nik": Saying(
        Severity.WARNING,
        Text(
            "NPWP bentuk lama diterima sebagai NPWP badan; untuk perorangan NPWP adalah NIK.",
            "The old form of NPWP is taken as that of a body; for a person the NPWP is the NIK.",
        ),
        Text(
            "Jika pemiliknya perorangan, isi NIK 16 angka.",
            "If the holder is a person, enter the 16-digit NIK.",
        ),
    ),
    "kbli_length": Saying(
        Severity.ERROR,
        Text("Kode KBLI harus 5 angka; yang diisi {digits}.", "A KBLI code has 5 digits; this has {digits}."),
        Text("Salin kode KBLI dari dokumen NIB.", "Copy the KBLI code from the NIB document."),
    ),
    "kbli_edition_unknown": Saying(
        Severity.ERROR,
        Text(
            "Edisi KBLI tidak dikenal; kode yang sama bisa berarti lain di edisi lain.",
            "The KBLI edition is not known; the same code may mean something else in another edition.",
        ),
        Text("Pilih edisi KBLI 2020 atau 2025.", "Choose KBLI edition 2020 or 2025."),
    ),
    "region_shape": Saying(
        Severity.ERROR,
        Text(
            "Kode wilayah tidak berbentuk kode provinsi (2 angka), kabupaten/kota (4), kecamatan (6) atau desa/kelurahan (10).",
            "The region code has not the shape of a province (2 digits), kabupaten/kota (4), district (6) or village (10).",
        ),
        Text("Pilih wilayah dari daftar.", "Choose the region from the list."),
    ),
    "region_level": Saying(
        Severity.ERROR,
        Text(
            "Kode wilayah bukan dari tingkat yang diminta.", "The region code is not of the level asked for."
        ),
        Text(
            "Pilih wilayah pada tingkat yang diminta dari daftar.",
            "Choose a region of the level asked for from the list.",
        ),
    ),
    "region_unknown": Saying(
        Severity.ERROR,
        Text(
            "Kode wilayah tidak ada di daftar wilayah yang berlaku.",
            "The region code is not in the list of regions in force.",
        ),
        Text(
            "Pilih wilayah dari daftar; kode bisa berubah karena pemekaran.",
            "Choose the region from the list; codes may change when regions are split.",
        ),
    ),
}


def say(code: str, *, field: str, typed: str = "") -> Finding:
    """The finding of `code` about `field`. `typed` is what stood there, of which only the count of characters is told."""
    saying = SAYINGS[code]
    indonesian, english = _count(typed)
    message = Text(
        saying.message.id.replace("{digits}", indonesian), saying.message.en.replace("{digits}", english)
    )
    return Finding(path=field, code=code, severity=saying.severity, message=message, remedy=saying.remedy)


def _count(typed: str) -> tuple[str, str]:
    """How many digits were typed, in both languages, other characters counted apart: an O for a 0 is then easy to see."""
    digits = sum(character.isascii() and character.isdigit() for character in typed)
    others = len(typed) - digits
    if not others:
        return str(digits), str(digits)
    return f"{digits} dan {others} tanda lain", f"{digits} and {others} other characters"
