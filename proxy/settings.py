"""What a door needs to be told."""

from pathlib import Path

from pydantic import BaseModel, Field


class DoorSettings(BaseModel):
    """Settings of the doors (`HAIDANG_DOOR__PORT` and so on)."""

    host: str = Field("0.0.0.0", description="Address the doors listen on.")  # noqa: S104 children's devices are elsewhere on the network
    port: int = Field(
        8100, ge=1, le=65000, description="Common port; each device gets one of its own above it."
    )
    workers: int = Field(0, ge=0, le=64, description="Door processes; 0 means one per core.")
    connect_ports: tuple[int, ...] = Field(
        (443, 80), description="Ports that devices may connect to through CONNECT."
    )
    origin_ca: Path | None = Field(
        None,
        description="Extra certificates trusted for origins (PEM), for instance a school's own.",
    )
    resolver: dict[str, str] = Field(
        default_factory=dict,
        description="Fixed answers, host (or “*”) to address[:port]; for tests and laboratories.",
    )
    hook_timeout: float = Field(
        2.0, gt=0, description="Seconds one hook may take before the visit is stopped."
    )
