"""Bokmål as Django has it, but for short dates: a month's name cannot be taken for a day's number."""

SHORT_DATE_FORMAT = "j. b Y"
SHORT_DATETIME_FORMAT = f"{SHORT_DATE_FORMAT} H:i"
