"""What may come in as a file.

`examining` judges by content, `texts` says whether it is text; `parser/` finds out what a file holds, and draws its
preview, each in a process of its own, which `parsing` starts when `places` has room; `scanner` asks ClamAV, `names`
says what a file is called here, `refusals` what people are told. `uploads` keeps it, `orphans` removes what lost its
row.
"""

from .examining import MAX_BYTES, Examined, examine
from .names import ENDINGS, MAX_NAME, safe_name
from .refusals import not_stored

__all__ = ["ENDINGS", "MAX_BYTES", "MAX_NAME", "Examined", "examine", "not_stored", "safe_name"]
