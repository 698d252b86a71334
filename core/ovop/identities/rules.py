"""What identities decide: who may manage what, and which dates and roles fit."""

from collections.abc import Container, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from ovop.contract.vocabulary import Finding, Severity, Text
from ovop.errors import Invalid, NotAllowed, NotFound
from ovop.events import By
from ovop.identities.actor import Act, Actor, Power, own_first
from ovop.identities.enums import OFFICE_OF_ROLE, OfficeKind, Permission, Role, Scope
from ovop.identities.identifiers import check_kbli, check_nib, check_npwp, check_region_code
from ovop.identities.schemas import NewEnterprise, NewRole
from ovop.reference.regions import RegionLevel

LONGEST_LOAN = timedelta(days=366)
"""How long a delegation or an API token may last."""

CENTRE_MEMBERS = 5
"""Fewest enterprises of a centre by PP 29/2018: at least five units in one location."""

TERRITORY_LEVEL: dict[OfficeKind, RegionLevel | None] = {
    OfficeKind.MINISTRY: None,
    OfficeKind.PROVINCE: RegionLevel.PROVINCE,
    OfficeKind.GOVERNOR: RegionLevel.PROVINCE,
    OfficeKind.REGENCY: RegionLevel.REGENCY,
    OfficeKind.ASSESSOR_BODY: None,
}
"""The level of an office's territory; none means the whole country."""


def fault(path: str, code: str, message: Text, remedy: Text) -> Finding:
    """An error about one field."""
    return Finding(path=path, code=code, message=message, remedy=remedy)


def refuse_errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The warnings among the findings; raises `Invalid` with all of them if one is an error."""
    found = tuple(findings)
    if any(f.severity is Severity.ERROR for f in found):
        raise Invalid(
            "fields_invalid",
            Text(
                id="Ada isian yang belum benar. Perbaiki yang disebut di bawah, lalu kirim lagi.",
                en="Some fields are not right. Correct those named below, then send again.",
            ),
            findings=found,
        )
    return found


def managing_power(actor: Actor, region_code: str) -> Power:
    """The power by which the actor manages identities in a place; raises `NotAllowed` outside their territory."""
    actor.require(Permission.IDENTITY_MANAGE)
    power = own_first(
        p
        for p in actor.powers_with(Permission.IDENTITY_MANAGE)
        if p.role is Role.MINISTRY_ADMIN or p.covers(region_code)
    )
    if power is None:
        raise NotAllowed(
            "outside_territory",
            Text(
                id="Wilayah ini di luar wilayah kerja dinas Anda. Mintalah dinas setempat atau admin kementerian.",
                en="This place lies outside your office's territory. Ask its own office or the ministry's administrator.",
            ),
        )
    return power


def ministry_power(actor: Actor, permission: Permission) -> Power:
    """The ministry administrator's power; raises `NotAllowed` for everybody else."""
    actor.require(permission)
    power = own_first(p for p in actor.powers_with(permission) if p.role is Role.MINISTRY_ADMIN)
    if power is not None:
        return power
    raise NotAllowed(
        "ministry_only",
        Text(
            id="Hanya admin kementerian yang dapat melakukan ini. Hubungi admin kementerian.",
            en="Only the ministry's administrator can do this. Ask the ministry's administrator.",
        ),
    )


def require_login(actor: Actor) -> None:
    """Raises `NotAllowed` for an API token: what gives access to others, or to the account itself, needs a person who signed in."""
    if actor.scopes is not None:
        raise NotAllowed(
            "login_needed",
            Text(
                id="Tindakan ini tidak dapat dilakukan dengan token API. Masuk dengan kata sandi Anda.",
                en="This cannot be done with an API token. Sign in with your password.",
            ),
        )


def require_reading(actor: Actor) -> None:
    """Raises `NotAllowed` for an API token without the scope to read; a person always may read what is theirs."""
    if actor.scopes is not None and Scope.READ not in actor.scopes:
        raise NotAllowed(
            "scope_missing",
            Text(
                id="Token API ini tidak memuat cakupan “read”. Buat token dengan cakupan itu.",
                en="This API token lacks the scope “read”. Create a token with it.",
            ),
        )


def by_oneself(act: Act) -> By:
    """The record of a person who acts for themselves, by no office's power."""
    return By(person_id=act.actor.person_id, role="self")


def unknown(what: Text) -> NotFound:
    """The error for a thing that does not exist, or that the actor may not know of."""
    return NotFound(
        "not_found",
        Text(
            id=f"{what.id} tidak ada, atau Anda tidak berhak melihatnya. Periksa alamatnya.",
            en=f"There is no such {what.en}, or you may not see it. Check the address.",
        ),
    )


def enterprise_findings(enterprise: NewEnterprise, *, regions: Container[str]) -> list[Finding]:
    """All that is wrong with an enterprise's numbers and place; `regions` holds those of its codes that exist."""
    levels = (RegionLevel.REGENCY, RegionLevel.DISTRICT, RegionLevel.VILLAGE)
    found = check_region_code(enterprise.region_code, field="region_code", regions=regions, levels=levels)
    if enterprise.nib is not None:
        found += check_nib(enterprise.nib, field="nib")
    if enterprise.npwp is not None:
        found += check_npwp(enterprise.npwp, field="npwp")
    for index, kbli in enumerate(enterprise.kbli):
        found += check_kbli(kbli.code, edition=kbli.edition, field=f"kbli[{index}]")
    return found


def centre_findings(
    *, region_code: str, members: int, decree_date: date, today: date, regions: Container[str]
) -> list[Finding]:
    """All that is wrong with an industry centre, which lies in one regency, whose head decreed it.

    Fewer than `CENTRE_MEMBERS` members are a warning only: each cycle decides how many it asks for.
    """
    found = check_region_code(
        region_code, field="region_code", regions=regions, levels=(RegionLevel.REGENCY,)
    )
    if members < CENTRE_MEMBERS:
        found.append(
            Finding(
                path="members",
                code="centre_small",
                severity=Severity.WARNING,
                message=Text(
                    id=f"Sentra biasanya beranggotakan paling sedikit {CENTRE_MEMBERS} unit usaha; yang diisi {members}.",
                    en=f"A centre usually has at least {CENTRE_MEMBERS} enterprises; this has {members}.",
                ),
                remedy=Text(
                    id="Cocokkan dengan SK sentra. Siklus dapat menolak sentra yang terlalu kecil.",
                    en="Compare it with the decree. A cycle may refuse a centre that is too small.",
                ),
            )
        )
    if decree_date > today:
        found.append(
            fault(
                "decree_date",
                "decree_in_future",
                Text(id="Tanggal SK sentra belum terjadi.", en="The date of the decree is still to come."),
                Text(id="Salin tanggal dari SK sentra.", en="Copy the date from the decree."),
            )
        )
    return found


def role_findings(role: NewRole, *, office_kind: OfficeKind | None, prefix: str = "") -> list[Finding]:
    """Whether a role fits its office (of that kind; none if the office is missing) or enterprise, and its days are in order."""
    needed = OFFICE_OF_ROLE[role.role]
    found = []
    if needed is None and (role.enterprise_id is None or role.office_id is not None):
        found.append(
            fault(
                f"{prefix}enterprise_id",
                "role_needs_enterprise",
                Text(
                    id="Peran produsen dipegang di sebuah IKM, bukan di kantor.",
                    en="The role of producer is held in an enterprise, not in an office.",
                ),
                Text(id="Isi enterprise_id saja.", en="Give enterprise_id only."),
            )
        )
    if needed is not None and (office_kind is not needed or role.enterprise_id is not None):
        found.append(
            fault(
                f"{prefix}office_id",
                "role_needs_office",
                Text(
                    id=f"Peran {role.role} hanya dapat dipegang di kantor jenis {needed}.",
                    en=f"The role {role.role} can be held only in an office of kind {needed}.",
                ),
                Text(
                    id="Isi office_id kantor yang sesuai saja.",
                    en="Give the office_id of such an office only.",
                ),
            )
        )
    if role.ends_on is not None and role.ends_on < role.starts_on:
        found.append(days_out_of_order(f"{prefix}ends_on"))
    return found


def days_out_of_order(path: str) -> Finding:
    """The finding for a last day before the first."""
    return fault(
        path,
        "days_out_of_order",
        Text(id="Hari terakhir lebih awal daripada hari pertama.", en="The last day comes before the first."),
        Text(id="Isi hari terakhir yang lebih kemudian.", en="Give a later last day."),
    )


def loan_findings(
    *, starts_on: date, ends_on: date, today: date, membership_ends_on: date | None
) -> list[Finding]:
    """Whether the days of a delegation fit: not in the past, at most a year, not beyond the membership itself."""
    found = []
    if starts_on < today:
        found.append(
            fault(
                "starts_on",
                "starts_in_past",
                Text(
                    id="Pelimpahan tidak dapat dimulai pada hari yang sudah lewat.",
                    en="A delegation cannot begin in the past.",
                ),
                Text(id="Isi hari ini atau sesudahnya.", en="Give today or a later day."),
            )
        )
    if ends_on < starts_on:
        found.append(days_out_of_order("ends_on"))
    if ends_on - starts_on > LONGEST_LOAN:
        found.append(
            fault(
                "ends_on",
                "longer_than_a_year",
                Text(
                    id="Pelimpahan berlaku paling lama satu tahun.", en="A delegation lasts at most a year."
                ),
                Text(id="Isi hari terakhir yang lebih awal.", en="Give an earlier last day."),
            )
        )
    if membership_ends_on is not None and ends_on > membership_ends_on:
        found.append(
            fault(
                "ends_on",
                "beyond_membership",
                Text(
                    id=f"Peran Anda sendiri berakhir {membership_ends_on}; pelimpahan tidak dapat lebih lama.",
                    en=f"Your own role ends on {membership_ends_on}; its delegation cannot last longer.",
                ),
                Text(id="Isi hari terakhir yang lebih awal.", en="Give an earlier last day."),
            )
        )
    return found


def expiry_findings(expires_at: datetime, at: datetime) -> list[Finding]:
    """Whether an API token ends after now and within a year."""
    if at < expires_at <= at + LONGEST_LOAN:
        return []
    return [
        fault(
            "expires_at",
            "expiry_range",
            Text(
                id="Token API harus berakhir setelah sekarang dan paling lama satu tahun lagi.",
                en="An API token ends after now and within a year.",
            ),
            Text(id="Isi waktu berakhir di antara keduanya.", en="Give an instant between the two."),
        )
    ]


def refuse_oneself(actor: Actor, person_id: UUID, power: Power | None = None) -> None:
    """Raises `NotAllowed` where somebody would give a power to themselves, or by a lent `power` to its lender."""
    if person_id == actor.person_id or (power is not None and person_id == power.lent_by):
        raise NotAllowed(
            "for_oneself",
            Text(
                id="Peran tidak dapat diberikan atau dilimpahkan kepada diri sendiri. Mintalah pengelola lain.",
                en="Nobody can give or lend a role to themselves. Ask another administrator.",
            ),
        )


def refuse_lent(power: Power) -> None:
    """Raises `NotAllowed` for a lent power: who gets access is decided by the holder of the role in person."""
    if power.lent_by is not None:
        raise NotAllowed(
            "power_lent",
            Text(
                id="Wewenang yang dilimpahkan tidak dapat dipakai untuk memberi peran atau membuka akun. "
                "Mintalah pemegang peran itu sendiri atau admin kementerian.",
                en="A lent power cannot be used to give a role or to open an account. "
                "Ask the holder of the role, or the ministry's administrator.",
            ),
        )
