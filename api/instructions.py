"""What to do on a child's device, step by step: set the proxy, then trust the certificate."""

from dataclasses import dataclass

from words.speech import to_say

OPEN_CERTIFICATE = to_say("On this device, open {certificate} and download the certificate.")


@dataclass(frozen=True, slots=True)
class Instructions:
    """The steps of one system; {address}, {port}, {pac} and {certificate} are filled in."""

    proxy: tuple[str, ...]
    certificate: tuple[str, ...]


IOS = Instructions(
    proxy=(
        to_say("Open Settings, then Wi-Fi, and tap the ⓘ beside your network."),
        to_say("Scroll down to “Configure Proxy” and choose “Manual”."),
        to_say("Type the server {address} and the port {port}, then tap “Save”."),
    ),
    certificate=(
        to_say("In Safari, open {certificate} and tap “Allow”."),
        to_say("Open Settings, tap “Profile Downloaded” at the top, then “Install”."),
        to_say(
            "In Settings, open General, About, Certificate Trust Settings, and switch on Hải Đăng. "
            "Without this last step nothing works."
        ),
    ),
)
ANDROID = Instructions(
    proxy=(
        to_say("Open Settings, then Network & internet, then Wi-Fi."),
        to_say("Tap the gear beside your network, then the pencil, then “Advanced options”."),
        to_say("At “Proxy” choose “Manual”."),
        to_say("Type the host name {address} and the port {port}, then tap “Save”."),
    ),
    certificate=(
        OPEN_CERTIFICATE,
        to_say("Open Settings and search for “CA certificate” (under Security, More security)."),
        to_say("Tap “Install anyway” and choose the file haidang-ca.crt."),
        to_say("Some apps trust no added certificates. Hải Đăng shows you which, and browsers do."),
    ),
)
WINDOWS = Instructions(
    proxy=(
        to_say("Open Settings, Network & internet, Proxy."),
        to_say("Beside “Manual proxy setup” click “Set up” and switch it on."),
        to_say("Type the address {address} and the port {port}, then click “Save”."),
    ),
    certificate=(
        OPEN_CERTIFICATE,
        to_say("Open the file haidang-ca.crt and click “Install Certificate”."),
        to_say("Choose “Current User”, then “Place all certificates in the following store”."),
        to_say("Browse to “Trusted Root Certification Authorities”, finish, and answer “Yes”."),
    ),
)
MACOS = Instructions(
    proxy=(
        to_say("Open System Settings, Wi-Fi, and click “Details” beside your network."),
        to_say("Under “Proxies” switch on “Web proxy (HTTP)” and “Secure web proxy (HTTPS)”."),
        to_say("In both, type the server {address} and the port {port}, then click “OK”."),
    ),
    certificate=(
        OPEN_CERTIFICATE,
        to_say(
            "Open the file haidang-ca.crt: Keychain Access asks where to add it; take “System”."
        ),
        to_say("Double-click “Hải Đăng” there, open “Trust” and choose “Always Trust”."),
    ),
)
LINUX = Instructions(
    proxy=(
        to_say("Open Settings, Network, Network Proxy, and choose “Manual”."),
        to_say("For HTTP and for HTTPS, type {address} and the port {port}."),
    ),
    certificate=(
        OPEN_CERTIFICATE,
        to_say(
            "In Chrome or Chromium, open Settings, Privacy and security, Security, Manage "
            "certificates, and import the file as an authority trusted for websites."
        ),
    ),
)
CHROMEOS = Instructions(
    proxy=(
        to_say("Open Settings, Network, Wi-Fi, and choose your network."),
        to_say("Under “Proxy” choose “Manual” and “Use the same proxy for all protocols”."),
        to_say("Type {address} and the port {port}, then click “Save”."),
    ),
    certificate=(
        OPEN_CERTIFICATE,
        to_say("Open chrome://certificate-manager and import the file under “Installed by you”."),
        to_say("Tick “Trust this certificate for identifying websites”."),
    ),
)
OTHER = Instructions(
    proxy=(
        to_say("Look for “proxy” in the network settings of this device and choose “manual”."),
        to_say("Type the address {address} and the port {port}."),
        to_say("If it asks for a configuration address instead, type {pac}"),
    ),
    certificate=(
        OPEN_CERTIFICATE,
        to_say("Look for “certificates” in its settings and add the file as a trusted authority."),
        to_say("If it has no such place, sites are still stopped, only without an explanation."),
    ),
)
FIREFOX = (
    to_say("In Firefox, open Settings, Network Settings, and choose “Use system proxy settings”."),
    to_say("Open Settings, Privacy & Security, View Certificates, Authorities, Import."),
    to_say("Choose haidang-ca.crt and tick “Trust this CA to identify websites”."),
)
"""Firefox keeps its own certificates, on every system."""

SYSTEMS: dict[str, Instructions] = {
    "ios": IOS,
    "android": ANDROID,
    "windows": WINDOWS,
    "macos": MACOS,
    "linux": LINUX,
    "chromeos": CHROMEOS,
    "other": OTHER,
}


def for_system(system: str) -> Instructions:
    """Return the steps of a system; one we do not know gets the general ones."""
    return SYSTEMS.get(system, OTHER)
