"""Roles, offices, sizes and scopes: words that import nothing of ours."""

from enum import StrEnum


class OfficeKind(StrEnum):
    """Every kind of office that takes part."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    GOVERNOR = "governor"
    REGENCY = "regency"
    ASSESSOR_BODY = "assessor_body"


class Role(StrEnum):
    """What a membership lets a person do, within the territory of its office or for its enterprise."""

    PRODUCER = "producer"
    REGENCY_OFFICER = "regency_officer"
    PROVINCE_OFFICER = "province_officer"
    GOVERNOR_OFFICER = "governor_officer"
    VERIFIER = "verifier"
    SELECTOR = "selector"
    ASSESSOR = "assessor"
    MINISTRY_ADMIN = "ministry_admin"
    AUDITOR = "auditor"


OFFICE_OF_ROLE: dict[Role, OfficeKind | None] = {
    Role.PRODUCER: None,
    Role.REGENCY_OFFICER: OfficeKind.REGENCY,
    Role.PROVINCE_OFFICER: OfficeKind.PROVINCE,
    Role.GOVERNOR_OFFICER: OfficeKind.GOVERNOR,
    Role.VERIFIER: OfficeKind.MINISTRY,
    Role.SELECTOR: OfficeKind.MINISTRY,
    Role.ASSESSOR: OfficeKind.ASSESSOR_BODY,
    Role.MINISTRY_ADMIN: OfficeKind.MINISTRY,
    Role.AUDITOR: OfficeKind.MINISTRY,
}
"""The kind of office in which a role is held; a producer's membership is in an enterprise."""


class EnterpriseSize(StrEnum):
    """Size class of an enterprise (IKM)."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Permission(StrEnum):
    """One kind of action; a role is a set of them."""

    SUBMISSION_READ = "submission:read"
    SUBMISSION_WRITE = "submission:write"
    SUBMISSION_DECIDE = "submission:decide"
    COPY_READ = "copy:read"
    COPY_ANSWER = "copy:answer"
    CYCLE_READ = "cycle:read"
    CYCLE_MANAGE = "cycle:manage"
    IDENTITY_READ = "identity:read"
    IDENTITY_MANAGE = "identity:manage"
    AUDIT_READ = "audit:read"


class Scope(StrEnum):
    """What an API token may be used for; it never adds to what its person may do."""

    READ = "read"
    SUBMIT = "submit"
    DECIDE = "decide"
    MANAGE = "manage"
