"""Messages to Microsoft Teams: `telling` says what a message says now, `cards` writes it as a card, `client` hands it
to the workflow of a channel, `sending` claims rows and records what became of them.
"""

from .sending import POSTS, hint_if_posts_wait, post_batch

__all__ = ["POSTS", "hint_if_posts_wait", "post_batch"]
