"""What sending needs to be told: the mail server, and how browsers are reached."""

from typing import Literal

from pydantic import BaseModel, Field, SecretStr

BROWSERS = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)
"""The push services of Chrome and its kin, Firefox, Safari and Edge."""


class NoticeSettings(BaseModel):
    """Settings of notices (`HAIDANG_NOTICES__MAIL_HOST` and so on)."""

    mail_host: str = Field(
        "", description="Mail server that sends notices; empty: no mail is sent."
    )
    mail_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    mail_security: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="How the connection to the mail server is secured; “none” only on this "
        "machine or your own network.",
    )
    mail_user: str = Field("", description="Name to sign in with at the mail server.")
    mail_password: SecretStr | None = Field(
        None, description="Password to sign in with at the mail server."
    )
    mail_from: str = Field(
        "",
        description="Address that notices come from; empty: the name signed in with.",
        pattern=r"^(|[^@\s<>]+@[^@\s<>]+)$",
        examples=["haidang@example.org"],
    )
    push_services: tuple[str, ...] = Field(
        BROWSERS,
        description="Hosts (and what lies below them) that browsers may name as their push "
        "service; nothing is sent anywhere else.",
    )
    push_contact: str = Field(
        "mailto:haidang@example.org",
        description="How a push service can reach whoever runs this, as mailto: address; some ask "
        "for a real one.",
        pattern=r"^mailto:[^@\s]+@[^@\s]+$",
    )

    @property
    def sender(self) -> str:
        """The address notices come from."""
        return self.mail_from or (self.mail_user if "@" in self.mail_user else "")

    @property
    def mails(self) -> bool:
        """Tell whether mail can be sent."""
        return bool(self.mail_host and self.sender)
