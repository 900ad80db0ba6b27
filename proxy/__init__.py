"""The front door: the only room that speaks mitmproxy. Who, visit, verdict, act, note."""

from proxy.library import spare

# Before anything else here imports the library.
spare()
