"""What the panel needs to be told."""

from pydantic import BaseModel, Field, SecretStr


class PanelSettings(BaseModel):
    """Settings of the panel (`HAIDANG_PANEL__PORT` and so on)."""

    host: str = Field("0.0.0.0", description="Address the panel listens on.")  # noqa: S104 parents' phones are elsewhere on the network
    port: int = Field(8080, ge=1, le=65535, description="Port of the panel.")
    public_url: str = Field(
        "", description="Address parents use, where it is not this machine's own."
    )
    secure_cookies: bool = Field(
        default=False, description="Set behind HTTPS: cookies are then sent over HTTPS only."
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="What Prometheus shows as a bearer token at /metrics; empty: only this machine "
        "itself may ask.",
    )
