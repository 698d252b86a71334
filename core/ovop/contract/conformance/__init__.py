"""What makes a commodity fit for the programme: published rules, the tier that follows from them, and tests to inherit.

    report = judge(load_definition(folder), folder=folder)     # report.tier, report.problems
    class TestConformance(CommodityConformance): ...           # from ovop.contract.conformance.suite

`tiers.toml` publishes every rule with its tier; a commodity cannot claim a tier, it is computed. `suite` needs pytest, `strategies` and
`generated` need Hypothesis (the extra `kit`); nothing else imports these three until a rule is judged by them, so a server stays without.
"""

from ovop.contract.conformance.published import PublishedRule, Tier, published_rules
from ovop.contract.conformance.report import Problem, Report, judge

__all__ = ["Problem", "PublishedRule", "Report", "Tier", "judge", "published_rules"]
