"""Loaded by pytest before the settings: they are debug's, with everything that is kept in a folder of its own."""

import os
import tempfile

os.environ.setdefault("DEBUG", "on")
os.environ["VAR_DIR"] = os.environ.get("TEST_VAR_DIR") or tempfile.mkdtemp(prefix="tracker-tests-")
