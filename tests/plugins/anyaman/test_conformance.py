from typing import ClassVar

from ovop.contract.conformance import Tier
from ovop.contract.conformance.suite import CommodityConformance


class TestConformance(CommodityConformance):
    commodity: ClassVar[str] = "anyaman"
    tier: ClassVar[Tier] = Tier.GOLD
