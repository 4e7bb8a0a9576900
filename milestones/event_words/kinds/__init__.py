"""The sentence of each kind of event, a file a family: who did it, what they did, to what; in Norwegian likewise."""

from . import agreements, milestones, notices, operations, people, plan, production, scenarios, talk, tokens

__all__ = [
    "agreements",
    "milestones",
    "notices",
    "operations",
    "people",
    "plan",
    "production",
    "scenarios",
    "talk",
    "tokens",
]
