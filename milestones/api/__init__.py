"""The machines' side, /api/v1/: tokens, what can be read and reported, problem details, and the document of it all.

No session, no cookie and no form: whoever asks names a token, which acts as who made it (`auth.py`). Nothing is
decided here. What is read comes from `gates` by way of `facts`, what is reported goes through `workflow`, and each
refusal is a problem (`problems.py`) that says what the pages say.
"""
