"""Writes down what was let in; many connections by one verdict are told to the meter at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from proxy.judge import Judged
from proxy.lease import Lease
from proxy.meter import Meter
from proxy.note import Pen
from rules.verdict import Reason

ONE_PAGE = timedelta(seconds=2)
"""Browsers open two or three connections for one page; within this time they are one visit."""
MOST_COUNTED = 10_000

type Counted = tuple[UUID | str | None, str, Reason]


@dataclass(slots=True)
class Alike:
    """Connections of one device that one verdict let in since the last settling."""

    device_id: UUID | None
    judged: Judged
    last: datetime
    more: int = 0
    """Those after the first, which the meter does not know yet."""

    def takes(self, lease: Lease) -> bool:
        """Tell whether another connection only adds to these: same page, same minute."""
        return (
            self.device_id is lease.device_id
            and self.last.minute == lease.since.minute
            and lease.since - self.last < ONE_PAGE
        )


class Arrivals:
    """Knows what was let in, or stopped, a moment ago."""

    def __init__(self, meter: Meter, pen: Pen) -> None:
        self._meter = meter
        self._pen = pen
        self._counted: dict[Counted, datetime] = {}
        self._alike: dict[tuple[int, bool], Alike] = {}

    def let_in(self, lease: Lease) -> None:
        """Write down that a visit goes on."""
        # Verdicts are remembered for a second, so one object stands for all that it let in.
        key = (id(lease.judged), lease.opened)
        alike = self._alike.get(key)
        if alike is not None and alike.takes(lease):
            alike.last = lease.since
            alike.more += 1
            return
        if alike is not None:
            self._tell(alike)
        device_id, judged, now = lease.device_id, lease.judged, lease.since
        if not self.repeats(device_id, judged, now):
            self._pen.visit(device_id, judged, now, opened=lease.opened)
        self._meter.connected(device_id, judged.known, now, host=judged.host)
        self._alike[key] = Alike(device_id, judged, now)

    def repeats(self, who: UUID | str | None, judged: Judged, now: datetime) -> bool:
        """Tell whether this is another connection of a page that was counted a moment ago."""
        if len(self._counted) >= MOST_COUNTED:
            self._counted.clear()
        key = (who, judged.host, judged.verdict.reason)
        last, self._counted[key] = self._counted.get(key), now
        return last is not None and now - last < ONE_PAGE

    def settle(self) -> None:
        """Once a second: tell the meter what came since."""
        alike, self._alike = self._alike, {}
        for each in alike.values():
            self._tell(each)

    def _tell(self, alike: Alike) -> None:
        if alike.more:
            device_id, judged, last = alike.device_id, alike.judged, alike.last
            key = (device_id, judged.host, judged.verdict.reason)
            self._counted[key] = max(last, self._counted.get(key, last))
            self._meter.connected(device_id, judged.known, last, host=judged.host, times=alike.more)
