"""What an enterprise must bring before its product is looked at: business number, fitting classification, a decreed centre. Pure.

Source: programme facts, section 5 (legality and membership in a decreed sentra are hard requirements).
"""

from collections.abc import Sequence

from ovop.contract.vocabulary import Finding, KbliCode, Text
from ovop.identities.models import Enterprise, IndustryCentre


def eligibility_findings(
    enterprise: Enterprise,
    centre: IndustryCentre | None,
    *,
    kbli: Sequence[KbliCode],
    centre_min_members: int,
) -> list[Finding]:
    """Everything that bars the enterprise, as findings on `enterprise` and `centre`."""
    found = []
    if not enterprise.nib:
        found.append(
            _finding(
                "enterprise.nib",
                "nib_missing",
                Text(
                    id="Pelaku usaha belum mempunyai NIB; tanpa izin tidak ada penghargaan.",
                    en="The enterprise has no NIB; without a licence there is no award.",
                ),
                Text(
                    id="Isi NIB 13 angka dari OSS di data usaha.",
                    en="Enter the 13-digit NIB from OSS in the enterprise's data.",
                ),
            )
        )
    wanted = {f"{k.edition}:{k.code}" for k in kbli}
    if not any(own.startswith(tuple(wanted)) for own in enterprise.kbli):
        listing = ", ".join(f"{k.code} (KBLI {k.edition})" for k in kbli)
        found.append(
            _finding(
                "enterprise.kbli",
                "kbli_does_not_fit",
                Text(
                    id=f"KBLI usaha tidak memuat kode komoditi ini: {listing}.",
                    en=f"The enterprise's KBLI codes do not include one for this commodity: {listing}.",
                ),
                Text(
                    id="Tambahkan KBLI yang sesuai di OSS, lalu di data usaha.",
                    en="Add a fitting KBLI code at OSS, then in the enterprise's data.",
                ),
            )
        )
    if centre is None:
        found.append(
            _finding(
                "enterprise.centre",
                "centre_missing",
                Text(
                    id="Pelaku usaha belum menjadi anggota sentra ber-SK.",
                    en="The enterprise is not a member of a decreed industry centre.",
                ),
                Text(
                    id="Daftarkan sentra beserta SK bupati/walikota, lalu hubungkan dengan usaha ini.",
                    en="Register the centre with the regional head's decree and link this enterprise to it.",
                ),
            )
        )
    elif centre.members < centre_min_members:
        found.append(
            _finding(
                "centre.members",
                "centre_too_small",
                Text(
                    id=f"Sentra “{centre.name}” beranggota {centre.members}; siklus ini meminta sedikitnya {centre_min_members}.",
                    en=f"The centre “{centre.name}” has {centre.members} members; this cycle asks for at least {centre_min_members}.",
                ),
                Text(id="Perbarui data anggota sentra.", en="Bring the centre's membership up to date."),
            )
        )
    return found


def _finding(path: str, code: str, message: Text, remedy: Text) -> Finding:
    return Finding(path=path, code=code, message=message, remedy=remedy)
