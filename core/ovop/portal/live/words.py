"""What the scripts of a form say, in the reader's language."""

from __future__ import annotations

from ovop.portal.language import mark
from ovop.portal.page import Reader

WORDS = {
    "saved": mark("Tersimpan pukul %(at)s."),
    "saving": mark("Menyimpan …"),
    "kept": mark("Belum terkirim; tersimpan di ponsel ini."),
    "offline": mark(
        "Tidak ada sambungan. Teruskan mengisi: semuanya tersimpan di ponsel ini dan terkirim setelah tersambung lagi."
    ),
    "restored": mark("Isian yang belum terkirim dari ponsel ini dipasang lagi."),
    "conflict": mark("Orang lain mengubah isian yang sama."),
    "choose": mark("Bandingkan dan pilih"),
    "closed": mark(
        "Bagian ini tidak dapat diubah lagi. Isian Anda masih ada di halaman ini; salin bila perlu."
    ),
    "signed_out": mark("Sesi Anda berakhir. Isian Anda tersimpan di ponsel ini."),
    "sign_in": mark("Masuk lagi"),
    "refused": mark("Tidak tersimpan: %(why)s"),
    "optional": mark("(boleh kosong)"),
    "later": mark("dihitung setelah isiannya lengkap"),
    "yes": mark("ya"),
    "no": mark("tidak"),
    "file_waits": mark("%(name)s: menunggu dikirim"),
    "file_sent": mark("%(name)s: terkirim"),
    "file_part": mark("%(name)s: %(part)s persen terkirim"),
    "file_large": mark(
        "%(name)s lebih besar dari %(most)s MB. Kecilkan fotonya, atau foto lagi dengan mutu lebih rendah."
    ),
    "file_small": mark(
        "%(name)s berukuran %(pixels)s piksel pada sisi terpanjang; yang diminta paling sedikit %(least)s. Foto lagi lebih dekat atau dengan mutu lebih tinggi."
    ),
    "file_kind": mark("%(name)s bukan jenis berkas yang diterima di sini."),
    "file_refused": mark("%(name)s ditolak: %(why)s"),
    "give_up": mark("Batalkan"),
}
"""By the names that the scripts know; `%(name)s` stands for a value."""


def words_for(reader: Reader) -> dict[str, str]:
    """The words in the reader's language, with their placeholders."""
    return {name: reader.text(text) for name, text in WORDS.items()}
