"""Webhooks by the scheme of Standard Webhooks (https://www.standardwebhooks.com): `telling` says what a message holds,
`signatures` signs it, `client` hands it over, `sending` claims rows and records what became of them.
"""

from .sending import DELIVERIES, deliver_batch, hint_if_posts_wait

__all__ = ["DELIVERIES", "deliver_batch", "hint_if_posts_wait"]
