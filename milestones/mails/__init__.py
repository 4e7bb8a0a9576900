"""Say it: what each mail says, in its recipient's language, decided again at the moment of sending.

`kinds` a class a kind: what it tells of and whom, whether it still holds, what it says · `kind` what they have in
common, and their register · `announcing` queues what is told at once · `composing` turns claimed rows into letters ·
`letter` how one is written · `today` what the letters of a batch share · `answering` who answers · `stop_links` how
somebody stops them · `words` sentences that pages show too, which know nothing of mails.
"""
