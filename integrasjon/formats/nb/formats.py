"""Bokmål as Django has it, but for short dates: a month's name cannot be taken for a day's number.

A name that is cut short ends in a dot; the hour of a date comes after "kl.".
"""

SHORT_DATE_FORMAT = "j. N Y"
DATETIME_FORMAT = r"j. F Y \k\l. H:i"
SHORT_DATETIME_FORMAT = f"{SHORT_DATE_FORMAT} H:i"
