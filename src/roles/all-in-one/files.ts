import { stringify } from "yaml";
import { type Deployment, numbered } from "./deployment.ts";
import { STORAGE_FILES } from "./seed.ts";

/** edge.yaml: all that the DMZ machine knows. Of the inside it has the addresses that come to it by themselves. */
export function edgeYaml(d: Deployment, index: number): string {
  const { innerAddress, outerAddress } = d.edges[index]!;
  return yaml("The edge: HTTPS and TURN towards the Internet, in the DMZ.", {
    joinHosts: d.joinHosts,
    web: {
      listen: `${anyOf(outerAddress)}:${d.ports.https}`,
      redirectListen: `${d.oneMachine ? anyOf(outerAddress) : inUrl(outerAddress)}:${d.ports.redirect}`,
      certificate: "certs/web.pem",
      key: "certs/web.key",
      ca: "certs/ca.pem",
    },
    tunnel: {
      listen: `${inUrl(innerAddress)}:${d.ports.tunnel}`,
      hostKey: "keys/tunnel-host",
      authorizedKeys: d.coreAddresses.map((_, core) => `keys/${numbered("tunnel-core", core)}.pub`),
    },
    turn: turnOf(d, index),
    protection: { exempt: friendsOf(d, index) },
    admin: {
      listen: `${d.oneMachine ? inUrl(innerAddress) : "127.0.0.1"}:${d.ports.edgeAdmin}`,
      certificate: "certs/admin.pem",
      key: "certs/admin.key",
      ca: "certs/ca.pem",
      accountsFile: "secrets/administrators.json",
    },
    log: { level: "info" },
  });
}

/** Those who fail when something is wrong inside, and must not be blocked for it: cores, Call Bridges, the other edges. */
function friendsOf(d: Deployment, index: number): readonly string[] {
  const edges = d.edges.filter((_, other) => other !== index).map(({ innerAddress }) => innerAddress);
  return [...new Set([...d.coreAddresses, d.meetingServerAddress, ...edges])];
}

/** Clients on both sides, relays on the outer side only. */
function turnOf(d: Deployment, index: number) {
  const { innerAddress, outerAddress, publicAddress } = d.edges[index]!;
  const others = d.edges.filter((_, other) => other !== index);
  const reach = d.oneMachine ? { allowPrivate: true } : {};
  const relay = outerAddress.includes(":")
    ? { address6: outerAddress, advertised6: publicAddress, ports: d.ports.relays, defaultFamily: "listener", ...reach }
    : { address: outerAddress, advertised: publicAddress, ports: d.ports.relays, ...reach };
  return {
    listen: [...new Set([innerAddress, outerAddress])].map((address) => `${inUrl(address)}:${d.ports.turn}`),
    relay,
    tcp443: true,
    sharedSecretFile: "secrets/turn",
    usersFile: "secrets/turn-users",
    allowPeers: { guest: [], bridge: [...d.bridgePeers] },
    // The edges ask each other beside the firewalls, which need not turn their packets back.
    ...(others.length > 0 && {
      cluster: others.map((other) => ({
        server: `${inUrl(other.publicAddress)}:${d.ports.turn}`,
        tcpPort: d.ports.https,
        probe: `${inUrl(other.innerAddress)}:${d.ports.turn}`,
      })),
    }),
  };
}

/** core.yaml: whom it dials and where the Web Bridge is. */
export function coreYaml(d: Deployment): string {
  return yaml("The core: dials the tunnels to the edges and lets requests through to the Web Bridge, inside.", {
    joinHosts: d.joinHosts.map((host) => ({
      host,
      target: `${inUrl(d.meetingServerAddress)}:${d.ports.webBridge}`,
      ca: "certs/ca.pem",
    })),
    edges: d.edges.map(({ innerAddress }, edge) => ({
      address: `${inUrl(innerAddress)}:${d.ports.tunnel}`,
      hostKey: `keys/${numbered("tunnel-host", edge)}.pub`,
    })),
    identity: "keys/tunnel-core",
    connectionsPerEdge: 2,
    admin: {
      listen: `${d.oneMachine ? inUrl(d.coreAddresses[0]) : "127.0.0.1"}:${d.ports.coreAdmin}`,
      certificate: "certs/admin.pem",
      key: "certs/admin.key",
      ca: "certs/ca.pem",
      accountsFile: "secrets/administrators.json",
    },
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
      media: { listen: `${inUrl(d.meetingServerAddress)}:0`, workers: 1 },
    },
    webBridge: {
      listen: `${inUrl(d.meetingServerAddress)}:${d.ports.webBridge}`,
      certificate: "certs/web-bridge.pem",
      key: "certs/web-bridge.key",
      link: {
        listen: `127.0.0.1:${d.ports.bridgeLink}`,
        certificate: "certs/web-bridge-link.pem",
        key: "certs/web-bridge-link.key",
        trust: "trust/call-bridges",
      },
      trustedProxies: [...new Set(d.coreAddresses)],
    },
    admin: {
      listen: `${d.oneMachine ? inUrl(d.meetingServerAddress) : "127.0.0.1"}:${d.ports.admin}`,
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

/** As it stands before a port. */
function inUrl(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

/** All addresses of that family. */
function anyOf(address: string): string {
  return address.includes(":") ? "[::]" : "0.0.0.0";
}
