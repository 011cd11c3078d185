import { stringify } from "yaml";
import type { Deployment } from "./deployment.ts";
import { STORAGE_FILES } from "./seed.ts";

/** edge.yaml: all that the DMZ machine knows. It names no inside address. */
export function edgeYaml(d: Deployment): string {
  const any = d.oneMachine ? d.edge.innerAddress : "0.0.0.0";
  return yaml("The edge: HTTPS and TURN towards the Internet, in the DMZ.", {
    joinHosts: d.joinHosts,
    web: {
      listen: `0.0.0.0:${d.ports.https}`,
      redirectListen: `0.0.0.0:${d.ports.redirect}`,
      certificate: "certs/web.pem",
      key: "certs/web.key",
    },
    tunnel: {
      listen: `${d.edge.innerAddress}:${d.ports.tunnel}`,
      hostKey: "keys/tunnel-host",
      authorizedKeys: ["keys/tunnel-core.pub"],
    },
    turn: {
      listen: [`${any}:${d.ports.turn}`],
      relay: { address: d.edge.outerAddress, advertised: d.edge.publicAddress, ports: d.ports.relays },
      tcp443: true,
      sharedSecretFile: "secrets/turn",
      usersFile: "secrets/turn-users",
      allowPeers: { guest: [], bridge: [...d.edge.bridgePeers] },
    },
    admin: {
      listen: `${d.oneMachine ? d.edge.innerAddress : "127.0.0.1"}:${d.ports.edgeAdmin}`,
      certificate: "certs/web.pem",
      key: "certs/web.key",
      accountsFile: "secrets/administrators.json",
    },
    log: { level: "info" },
  });
}

/** core.yaml: whom it dials and where the Web Bridge is. */
export function coreYaml(d: Deployment): string {
  return yaml("The core: dials the tunnels to the edge and lets requests through to the Web Bridge, inside.", {
    joinHosts: d.joinHosts.map((host) => ({
      host,
      target: `${d.meetingServerAddress}:${d.ports.webBridge}`,
      ca: "certs/ca.pem",
    })),
    edges: [{ address: `${d.edge.innerAddress}:${d.ports.tunnel}`, hostKey: "keys/tunnel-host.pub" }],
    identity: "keys/tunnel-core",
    connectionsPerEdge: 2,
    log: { level: "info" },
  });
}

export function meetingServerYaml(d: Deployment): string {
  const port = d.ports.https === 443 ? "" : `:${d.ports.https}`;
  return yaml("The meeting server: Call Bridge, Web Bridge and administration, inside.", {
    storage: STORAGE_FILES.storage,
    storageKeyFile: STORAGE_FILES.key,
    joinHost: `${d.joinHosts[0]}${port}`,
    callBridge: {
      name: "cb1",
      link: {
        certificate: "certs/call-bridge-link.pem",
        key: "certs/call-bridge-link.key",
        trust: "trust/web-bridges",
      },
      media: { listen: `${d.meetingServerAddress}:0`, workers: 1 },
    },
    webBridge: {
      listen: `${d.meetingServerAddress}:${d.ports.webBridge}`,
      certificate: "certs/web-bridge.pem",
      key: "certs/web-bridge.key",
      link: {
        listen: `127.0.0.1:${d.ports.bridgeLink}`,
        certificate: "certs/web-bridge-link.pem",
        key: "certs/web-bridge-link.key",
        trust: "trust/call-bridges",
      },
      trustedProxies: [d.coreAddress],
    },
    admin: {
      listen: `${d.oneMachine ? d.meetingServerAddress : "127.0.0.1"}:${d.ports.admin}`,
      certificate: "certs/web-bridge.pem",
      key: "certs/web-bridge.key",
      accountsFile: "secrets/administrators.json",
    },
    log: { level: "info" },
  });
}

function yaml(title: string, value: unknown): string {
  return `# ${title}\n# docs/config.md lists every key. Paths are relative to this file.\n\n${stringify(value, { lineWidth: 0 })}`;
}
