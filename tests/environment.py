"""Loaded by pytest before the settings: they are debug's, with everything that is kept in a folder of its own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

os.environ.setdefault("DEBUG", "on")
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="tracker-tests-")
os.environ["CONN_MAX_AGE"] = "0"  # the live server's threads would hold on to a test database that is to be dropped
# A commit need not reach the disk: what is tried is that processes die, not that the machine does.
# Nor need a query plan be the best: with ten rows a table any will do, and joins of nine tables take long to plan.
os.environ.setdefault("PGOPTIONS", "-c synchronous_commit=off -c jit=off -c join_collapse_limit=1")
atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)

# What two files share asserts too, and says what differed as a test does.
pytest.register_assert_rewrite(*(f"tests.{one.stem}" for one in Path(__file__).parent.iterdir()))
