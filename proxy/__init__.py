"""The front door: the only room that speaks mitmproxy. Who, visit, verdict, act, note."""
