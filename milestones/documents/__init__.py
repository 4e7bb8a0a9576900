"""What may come in as a file.

`examining` judges by content, `parser/` finds out what a file holds in a process of its own (`parsing` starts it),
`scanner` asks ClamAV, `names` says what a file is called here, `refusals` what people are told.
"""

from .examining import CONTENT_TYPES, MAX_BYTES, Examined, examine
from .names import ENDINGS, MAX_NAME, safe_name

__all__ = ["CONTENT_TYPES", "ENDINGS", "MAX_BYTES", "MAX_NAME", "Examined", "examine", "safe_name"]
