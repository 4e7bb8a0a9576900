"""What Python runs first in a process that a test starts: it is at the session's moment, not at the machine's."""

import datetime
import os

import time_machine

away = datetime.timedelta(seconds=float(os.environ["ELSEWHEN_SECONDS"]))
time_machine.travel(datetime.datetime.now(datetime.UTC) + away, tick=True).start()
