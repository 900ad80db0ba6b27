"""What a door needs to be told."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field


class GatewaySettings(BaseModel):
    """Settings of a door that is a gateway or a resolver for devices (`haidang gateway`)."""

    mode: Literal["off", "dns", "redirect", "tproxy"] = Field(
        "off",
        description="Whether the door answers names (“dns”), or also takes connections that the "
        "gateway’s rules lead to it (“redirect”, “tproxy”).",
    )
    hosts: tuple[str, ...] = Field(
        ("0.0.0.0", "::"),  # noqa: S104 children's devices are elsewhere on the network
        description="Addresses the gateway’s listeners are bound to.",
    )
    port: int = Field(
        8090, ge=1, le=65535, description="Port the gateway’s rules lead connections to."
    )
    dns_port: int = Field(
        8053, ge=1, le=65535, description="Port the gateway’s rules lead questions for names to."
    )
    lan: tuple[str, ...] = Field(
        (), description="Network cards on the children’s side; empty: all but the way out."
    )
    resolvers: tuple[str, ...] = Field(
        (), description="Name servers to ask, address[:port]; empty: those of this machine."
    )
    blocked_names: Literal["page", "nothing"] = Field(
        "page",
        description="What a stopped name is answered with: our own address, where a page says why, "
        "or “no such name”.",
    )
    closed_ports: tuple[int, ...] = Field(
        (22, 853, 1194, 1723, 8853),
        description="Ports a gateway closes (names over TLS, shells, tunnels).",
    )


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
    connections: int = Field(
        20_000, ge=100, description="Connections one door process holds; more are turned away."
    )
    per_device: int = Field(
        1000, ge=10, description="Connections from one address at one port; more are turned away."
    )
    hook_timeout: float = Field(
        2.0, gt=0, description="Seconds one hook may take before the visit is stopped."
    )
    probe_devices: bool = Field(
        True,
        description="Whether a known device on this network gets an empty datagram every five "
        "minutes, so that we know when it is here and not going through us.",
    )
    tunnels: Literal["userspace", "kernel", "off"] = Field(
        "userspace",
        description="Who speaks WireGuard: the first door itself, or the kernel in front of the "
        "gateway (`haidang gateway wireguard`).",
    )
    tunnel_host: str = Field(
        "",
        description="Address at which devices reach their tunnels from outside; empty: the door’s.",
    )
    gateway: GatewaySettings = Field(
        GatewaySettings(), description="The door as gateway and resolver."
    )
