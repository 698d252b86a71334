"""When a commodity may be corrected during a cycle, and by whom. Pure."""

from collections.abc import Sequence
from enum import StrEnum

from ovop.contract.registry import Commodity, Registry
from ovop.contract.upcasting import major_of, minor_of
from ovop.contract.vocabulary import Finding, Text
from ovop.cycles.models import DefinitionCorrection
from ovop.errors import Conflict, Invalid, NotAllowed
from ovop.identities.actor import Act, Power


class CorrectionState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


def refuse_proposer(act: Act, power: Power, correction: DefinitionCorrection) -> None:
    """Raises `NotAllowed` where the actor, or who lent them the power, proposed the correction, or had it proposed in their name."""
    deciding = {act.actor.person_id, power.lent_by} - {None}
    if deciding & {correction.proposed_by, correction.lent_by}:
        raise NotAllowed(
            "separation_of_duties",
            Text(
                id="Anda mengusulkan koreksi ini, jadi tidak boleh menyetujuinya. Mintalah rekan lain di kementerian.",
                en="You proposed this correction, so you may not approve it. Ask a colleague at the ministry.",
            ),
        )


def waiting() -> Conflict:
    """The error for a second proposal while one waits."""
    return Conflict(
        "correction_waiting",
        Text(
            id="Sudah ada koreksi yang menunggu keputusan untuk komoditi ini. Putuskan yang itu dulu.",
            en="A correction of this commodity waits for a decision already. Decide on that one first.",
        ),
    )


def installed_commodity(registry: Registry, commodity_id: str) -> Commodity:
    """The commodity as it is installed here, with its code. Raises `Conflict` in safe mode, `Invalid` where it is not installed."""
    if registry.safe_mode:
        raise Conflict(
            "safe_mode",
            Text(
                id="Platform berjalan dalam mode aman; koreksi akan kehilangan kode komoditi. Mulai ulang tanpa mode aman.",
                en="The platform runs in safe mode; a correction would lose the commodity's code. Restart it without safe mode.",
            ),
        )
    if commodity_id not in registry.commodities:
        raise Invalid(
            "commodity_not_installed",
            Text(
                id=f"Komoditi “{commodity_id}” tidak terpasang. Pasang paket versi koreksinya, lalu coba lagi.",
                en=f"The commodity “{commodity_id}” is not installed. Install the package of the corrected version and try again.",
            ),
        )
    return registry.commodities[commodity_id]


def refuse_version(frozen: str, installed: str) -> None:
    """Raises `Invalid` unless what is installed is a later minor version of the same major."""
    same_major = major_of(frozen) == major_of(installed)
    if same_major and minor_of(installed) > minor_of(frozen):
        return
    raise Invalid(
        "correction_version",
        Text(
            id=f"Siklus ini memakai versi {frozen} dan yang terpasang versi {installed}. "
            f"Koreksi harus versi {major_of(frozen)}.x yang lebih tinggi; versi utama baru menunggu siklus berikutnya.",
            en=f"This cycle uses version {frozen}, and version {installed} is installed. "
            f"A correction must be a higher {major_of(frozen)}.x; a new major version waits for the next cycle.",
        ),
    )


def not_sound(findings: Sequence[Finding]) -> Invalid:
    """The error for a version that is not fit to be frozen, with everything that stands against it."""
    return Invalid(
        "correction_not_sound",
        Text(
            id="Versi yang terpasang belum layak dibekukan. Perbaiki temuan di bawah.",
            en="The installed version is not fit to be frozen. Correct the findings below.",
        ),
        findings=findings,
    )


def overtaken() -> Conflict:
    """The error for a proposal whose ground the cycle has left."""
    return Conflict(
        "correction_overtaken",
        Text(
            id="Siklus sudah memakai versi lain sejak koreksi ini diusulkan. Tolak, lalu usulkan lagi.",
            en="The cycle uses another version since this correction was proposed. Reject it, then propose it again.",
        ),
    )
