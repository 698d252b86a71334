"""All controllers of identities, for the application to mount."""

from ovop.identities.account_api import ApiTokenController, LoginController, MeController, PersonController
from ovop.identities.power_api import DelegationController, MembershipController
from ovop.identities.register_api import (
    CentreController,
    EnterpriseController,
    HolidayController,
    OfficeController,
    RegionController,
)

IDENTITY_CONTROLLERS = (
    LoginController,
    MeController,
    ApiTokenController,
    PersonController,
    OfficeController,
    CentreController,
    EnterpriseController,
    RegionController,
    HolidayController,
    MembershipController,
    DelegationController,
)
