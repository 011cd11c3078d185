/** As an edge lets its pages change. */
export const EDGE_EDITABLE: readonly string[] = [
  ...["name", "joinHosts", "web.limits", "web.proxyProtocol", "protection", "admin.listen", "admin.idleTimeoutMinutes"],
  ...["turn.realm", "turn.profile", "turn.relay.ports", "turn.tcp443", "turn.udp443", "turn.mobility", "turn.limits"],
];
