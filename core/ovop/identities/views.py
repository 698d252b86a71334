"""Rows -> what the wire shows of them. Here the numbers of persons are masked."""

from ovop.contract.vocabulary import Finding, Text
from ovop.identities.actor import Actor
from ovop.identities.enums import EnterpriseSize, OfficeKind, Permission, Role, Scope
from ovop.identities.identifiers import mask
from ovop.identities.models import (
    ApiToken,
    Delegation,
    Enterprise,
    Holiday,
    IndustryCentre,
    Membership,
    Office,
    Person,
    Region,
)
from ovop.identities.schemas import (
    ApiTokenView,
    CentreView,
    DelegationView,
    EnterpriseView,
    HolidayView,
    IssuedApiToken,
    KbliView,
    Me,
    MembershipView,
    OfficeView,
    PersonView,
    PowerView,
    RegionView,
    RegisteredPerson,
    SavedCentre,
    SavedEnterprise,
)
from ovop.reference.calendar import HolidayKind
from ovop.reference.regions import RegionLevel


def person_view(person: Person) -> PersonView:
    """A person, numbers masked."""
    return PersonView(
        id=person.id,
        name=person.name,
        email=person.email,
        phone=None if person.phone is None else mask(person.phone),
        nik=None if person.nik is None else mask(person.nik),
        language=person.language,
        has_account=person.password_hash is not None,
        disabled=person.disabled_at is not None,
        created_at=person.created_at,
    )


def registered_person(person: Person, warnings: tuple[Finding, ...]) -> RegisteredPerson:
    """A person just registered, with the warnings."""
    view = person_view(person)
    return RegisteredPerson(**{f: getattr(view, f) for f in view.__struct_fields__}, warnings=warnings)


def me_view(person: Person, actor: Actor) -> Me:
    """The actor, as they see themselves."""
    return Me(
        person=person_view(person),
        powers=tuple(
            PowerView(
                role=p.role,
                office_id=p.office_id,
                enterprise_id=p.enterprise_id,
                region_code=p.region_code,
                lent_by=p.lent_by,
            )
            for p in actor.powers
        ),
        permissions=tuple(p for p in Permission if actor.may(p)),
        scopes=None if actor.scopes is None else tuple(sorted(actor.scopes)),
    )


def office_view(office: Office) -> OfficeView:
    """An office."""
    return OfficeView(
        id=office.id,
        kind=OfficeKind(office.kind),
        name=office.name,
        region_code=office.region_code,
        email=office.email,
        address=office.address,
    )


def centre_view(centre: IndustryCentre) -> CentreView:
    """An industry centre with its decree."""
    return CentreView(
        id=centre.id,
        name=centre.name,
        region_code=centre.region_code,
        product=centre.product,
        members=centre.members,
        decree_number=centre.decree_number,
        decree_issuer=centre.decree_issuer,
        decree_date=centre.decree_date,
        version=centre.version,
    )


def saved_centre(centre: IndustryCentre, warnings: tuple[Finding, ...]) -> SavedCentre:
    """An industry centre just saved, with the warnings."""
    view = centre_view(centre)
    return SavedCentre(**{f: getattr(view, f) for f in view.__struct_fields__}, warnings=warnings)


def kbli_view(stored: str) -> KbliView:
    """A stored activity code (`2020:13134`) in its two parts."""
    edition, _, code = stored.partition(":")
    return KbliView(edition=edition, code=code)


def enterprise_view(enterprise: Enterprise) -> EnterpriseView:
    """An enterprise, its taxpayer number masked."""
    return EnterpriseView(
        id=enterprise.id,
        name=enterprise.name,
        owner_name=enterprise.owner_name,
        size=EnterpriseSize(enterprise.size),
        region_code=enterprise.region_code,
        address=enterprise.address,
        nib=enterprise.nib,
        npwp=None if enterprise.npwp is None else mask(enterprise.npwp),
        kbli=tuple(kbli_view(k) for k in enterprise.kbli),
        phone=enterprise.phone,
        is_anchor=enterprise.is_anchor,
        centre_id=enterprise.centre_id,
        version=enterprise.version,
        created_at=enterprise.created_at,
    )


def saved_enterprise(enterprise: Enterprise, warnings: tuple[Finding, ...]) -> SavedEnterprise:
    """An enterprise just saved, with the warnings."""
    view = enterprise_view(enterprise)
    return SavedEnterprise(**{f: getattr(view, f) for f in view.__struct_fields__}, warnings=warnings)


def membership_view(membership: Membership) -> MembershipView:
    """A membership."""
    return MembershipView(
        id=membership.id,
        person_id=membership.person_id,
        role=Role(membership.role),
        office_id=membership.office_id,
        enterprise_id=membership.enterprise_id,
        starts_on=membership.starts_on,
        ends_on=membership.ends_on,
    )


def delegation_view(delegation: Delegation) -> DelegationView:
    """A delegation."""
    return DelegationView(
        id=delegation.id,
        membership_id=delegation.membership_id,
        to_person_id=delegation.to_person_id,
        starts_on=delegation.starts_on,
        ends_on=delegation.ends_on,
        reason=delegation.reason,
        revoked_at=delegation.revoked_at,
    )


def api_token_view(token: ApiToken) -> ApiTokenView:
    """An API token, without the token."""
    return ApiTokenView(
        id=token.id,
        name=token.name,
        scopes=tuple(Scope(s) for s in token.scopes),
        created_at=token.created_at,
        expires_at=token.expires_at,
        revoked_at=token.revoked_at,
    )


def issued_api_token(row: ApiToken, token: str) -> IssuedApiToken:
    """An API token at the one moment when it is shown."""
    view = api_token_view(row)
    return IssuedApiToken(**{f: getattr(view, f) for f in view.__struct_fields__}, token=token)


def region_view(region: Region) -> RegionView:
    """A region."""
    return RegionView(
        code=region.code, name=region.name, level=RegionLevel(region.level), edition=region.edition
    )


def holiday_view(holiday: Holiday) -> HolidayView:
    """A day off."""
    return HolidayView(
        day=holiday.day,
        name=Text(id=holiday.name_id, en=holiday.name_en),
        kind=HolidayKind(holiday.kind),
        decreed=holiday.decreed,
    )
