"""Who comes in, and how: django-allauth fitted to this house.

`adapters` what allauth asks us · `oidc` OpenID providers · `second_factor` what staff must show · `sessions` how long
one holds · `traces` what a browser keeps of one · `limits` how often somebody may try · `journal` what is noted of an
account.
"""
