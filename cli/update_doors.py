"""`haidang update-doors`: asks the running service to replace its doors one by one."""

import os
import signal

from cli.lock import holder
from cli.places import CannotStart
from cli.saying import spoken
from cli.settings import Settings
from rules.explain import Sentence


def update_doors(settings: Settings) -> None:
    """Tell the supervisor; raises CannotStart where none runs."""
    running = holder(settings.data)
    if running is None:
        values = {"folder": str(settings.data.resolve())}
        raise CannotStart(
            Sentence("Hải Đăng is not running with the data folder {folder}.", values)
        )
    os.kill(running, signal.SIGHUP)
    print(
        spoken(
            Sentence(
                "The doors are being replaced one by one: "
                "a new one listens before an old one goes.",
                {},
            )
        )
    )
