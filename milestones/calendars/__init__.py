"""Dates in people's calendars (RFC 5545): what stands there, and the private addresses at which programs read it.

`entries` what an entry is · `reading` which entries there are, from the rows of many integrations · `writing` how they
are written, by the icalendar library · `feeds` whose address is asked for, and what it holds now · `inviting` what a
mail about a meeting carries.
"""
