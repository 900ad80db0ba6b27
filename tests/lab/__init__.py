"""The lab: plays the internet where there is none, over real TLS on loopback."""
