"""Who is to be told what by day, and when; what is told at once stands in `mails/announcing.py`.

`decide` the rules, pure · `cases` records as the rules read them · `sweep` the daily look over all recipients ·
`why` why somebody is told something, or is not.
"""
