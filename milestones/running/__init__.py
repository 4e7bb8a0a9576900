"""How the product itself runs: for load balancers, for Prometheus, and in words for administrators.

`readiness` says whether all that it needs is there, `figures` what waits, was sent and failed, counted from rows, and
`metrics` tells both to Prometheus, with how long answers take.
"""
