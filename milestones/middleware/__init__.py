"""What every request passes, in the order in which settings name it.

`proxy` who asks · `request_id` by which id it is found in the log · `probes` whether a machine asks how we are ·
`latency` how long it takes · `traces` what a browser keeps · `admission` what is not taken in ·
`language` in which one · `sessions` whether one still holds · `limits` whether it is too often ·
`sign_in` whether somebody is there · `second_factor` what staff must show · `logline` what the log says ·
`refusals` what is answered instead.
"""
