"""What may come in as a file.

`examining` judges by content, `private_keys` says whether it holds one, `texts` whether it is text; `parser/` finds
out what a file holds, and draws its preview, each in a process of its own (`apart`), which `parsing` starts when
`places` has room; `scanner` asks ClamAV, `names` says what a file is called here, `refusals` what people are told.
`uploads` keeps it, `orphans` removes what lost its row, `verifying` proves that the rest is there.
"""

from .examining import MAX_BYTES, Examined, examine
from .names import ENDINGS, MAX_NAME, safe_name
from .refusals import not_stored, require_no_private_key

__all__ = [
    "ENDINGS",
    "MAX_BYTES",
    "MAX_NAME",
    "Examined",
    "examine",
    "not_stored",
    "require_no_private_key",
    "safe_name",
]
