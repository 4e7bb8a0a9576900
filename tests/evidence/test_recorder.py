"""The recipe of docs/evidence.md, as it stands there: what curl captures from a Digipost on this machine counts."""

from __future__ import annotations

import html
import os
import re
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from milestones.evidence import answers, signs
from milestones.evidence.statements import Refused
from milestones.evidence.vocabulary import VALUES
from tests.evidence import bodies
from tests.evidence.digipost_here import Digipost, a_certificate, serving
from tests.evidence.judged import oracle
from tests.processes import PATIENCE, ROOT

PAGE = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
FUNCTIONS, COMMANDS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
STATUS = f"/documents/500123/{bodies.BATCH[:8]}-2222-3333-4444-555555555555/status"


def run(commands: str, folder: Path, address: str) -> None:
    """The functions of the page, and then these commands, in a plain shell."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    environment = kept | {"API": address, "NO_PROXY": "127.0.0.1"}
    script = ["sh", "-e", "-u", "-c", FUNCTIONS + commands]
    subprocess.run(script, cwd=folder, env=environment, check=True, timeout=PATIENCE, capture_output=True)


def test_what_the_page_captures_is_judged_as_signed(tmp_path: Path) -> None:
    digipost = Digipost(
        {
            "/sender/500123": (200, bodies.sender_information()),
            STATUS: (200, bodies.document_status()),
            "/messages": (403, ""),
        }
    )
    with serving(digipost):
        run(COMMANDS, tmp_path, digipost.address)
    assert digipost.asked == ["/sender/500123?part=a", STATUS, "/messages"]
    content = (tmp_path / "captured-answers").read_bytes()
    statements = [answers.judge(one, [a_certificate()]) for one in answers.read(content)]
    assert [one.scenario for one in statements] == ["T01", "T13", ""]
    assert statements[0].signs >= {"http:200", "sender:VALID_SENDER", "feature:delivery.digipost"}
    assert oracle("T13").proved_by(statements) == (statements[1],)
    assert oracle("T02").proved_by(statements) == (statements[2],)
    assert b"cookie" not in content.lower()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["captured-answers", "t01.json", "t02.json", "t13.json"]


def test_what_was_changed_on_the_way_is_refused(tmp_path: Path) -> None:
    digipost = Digipost({"/messages": (200, bodies.delivery())})
    with serving(digipost):
        run('capture letter T07 "$API/messages"', tmp_path, digipost.address)
    (captured,) = answers.read((tmp_path / "letter.json").read_bytes().replace(b'"status": 200', b'"status": 201'))
    with pytest.raises(Refused) as refused:
        answers.judge(captured, [a_certificate()])
    assert refused.value.code == "signature"


def test_senders_read_the_same_recipes_in_the_product() -> None:
    shown = html.unescape(Client().get("/api/answers/").content.decode())
    recipes = re.findall(r"```\w+\n(.*?)```", PAGE, re.DOTALL)
    assert len(recipes) == 7
    assert [one for one in recipes if one not in shown] == []
    section = PAGE.partition("\n## The file\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    keys = re.findall(r"`(\w+)`", " ".join(rows))
    assert len(keys) == 6
    assert [key for key in keys if key not in shown] == []


def test_the_page_tells_of_every_key_and_of_no_value_that_there_is_not() -> None:
    section = PAGE.partition("\n## Signs\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1:4] for line in section.splitlines() if line.startswith("| `")]
    assert {key for row in rows for key in re.findall(r"`([^`]+)`", row[0])} == set(signs.KEYS)
    for keys, _read_from, values in rows:
        known = {one for key in re.findall(r"`([^`]+)`", keys) for one in VALUES.get(key, ())}
        named = set(re.findall(r"`([A-Z_.]{3,})`", values))
        assert named <= known
