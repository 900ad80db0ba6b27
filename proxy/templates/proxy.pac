function FindProxyForURL(url, host) {
  if (host === "{{ house }}") return "PROXY {{ here }}";
  if (isPlainHostName(host) || host === "127.0.0.1" || host === "[::1]") return "DIRECT";
  if (/^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.)[0-9.]+$/.test(host)) return "DIRECT";
  if (/\.(local|lan|home\.arpa)$/.test(host)) return "DIRECT";
  return "PROXY {{ here }}";
}
