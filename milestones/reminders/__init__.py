"""Who is to be told what, and when.

`decide` the rules, pure · `cases` records as the rules read them · `sweep` the daily look over all recipients ·
`announce` what is told at once · `why` why somebody is told something, or is not.
"""
