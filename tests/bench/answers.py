"""How many captured answers and receipts are judged in a second, and in how much memory the process that reads them.

    python -m tests.bench.answers

prints answers as files of many and one by one, and receipts from small to 20 MB. The first line is no judgement: how
long it takes to start the process that reads, which each file pays once.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable

os.environ.setdefault("DEBUG", "on")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integrasjon.settings")
ANSWERS, FILES, RECEIPTS = 500, 20, 100
RECIPIENTS = 130_000
"""Of a receipt of about 20 MB."""


def main() -> None:
    import django

    django.setup()
    from milestones.evidence import answers, receipts
    from milestones.evidence.reading import bodies_found
    from tests.evidence import bodies
    from tests.evidence.digipost_here import a_certificate, a_file, captured

    pinned = [a_certificate()]
    answer = captured(bodies.delivery(attachments=2))
    many, one = a_file(*[answer] * ANSWERS), a_file(answer)
    print(f"{'':40}{'seconds':>9}{'a second':>10}{'MB':>7}")
    told("the process that reads, started", FILES, 0, lambda: [bodies_found([b""]) for _time in range(FILES)])
    told(f"answers, {ANSWERS} in a file", ANSWERS, len(many), lambda: answers.judge_all(answers.read(many), pinned))
    told("answers, one in a file", FILES, len(one), lambda: judged_alone([one] * FILES))
    small = [(f"{number}.xml", bodies.receipt(job=f"job-{number}", printed=1)) for number in range(RECEIPTS)]
    packed, large = bodies.zipped(*small), of_many(RECIPIENTS)
    told(f"receipts, {RECEIPTS} in a zip", RECEIPTS, len(packed), lambda: receipts.read(packed))
    told(f"a receipt of {RECIPIENTS:,} recipients", 1, len(large), lambda: receipts.read(large))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"most memory of a process that read: {peak:.0f} MiB")


def judged_alone(contents: list[bytes]) -> None:
    from milestones.evidence import answers
    from tests.evidence.digipost_here import a_certificate

    for content in contents:
        for one in answers.read(content):
            answers.judge(one, [a_certificate()])


def of_many(recipients: int) -> bytes:
    from tests.evidence import bodies

    parts = bodies.receipt(recipients=[("DIGIPOST", "")] * recipients).split(bodies.NUMBER)
    return "".join(
        f"{place * 7919 % 10**11:011}{part}" if place else part for place, part in enumerate(parts)
    ).encode()


def told(what: str, count: int, size: int, work: Callable[[], object]) -> None:
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    print(f"{what:40}{took:>9.2f}{count / took:>10,.1f}{size / 1_000_000:>7.1f}", flush=True)


if __name__ == "__main__":
    main()
