import { join } from "node:path";
import { type Deployment, numbered } from "./deployment.ts";
import { put } from "./put.ts";
import { ACCOUNT, PLACES, type Service, SYSUSERS, unitOf } from "./systemd.ts";

/** Beside each role's folder of keys and YAML, in `systemd/`: its unit, its account, and the commands that install both. */
export function writeMachineFiles(dir: string, d: Deployment): void {
  const { https, redirect, tunnel, turn, webBridge, bridgeLink, admin, coreAdmin, edgeAdmin } = d.ports;
  const low = (...ports: number[]) => ports.some((port) => port > 0 && port < 1024);
  const edge: Service = {
    role: "edge",
    about: "HTTPS and TURN towards the Internet, in the DMZ",
    lowPorts: low(https, redirect, tunnel, turn, edgeAdmin),
  };
  const core: Service = {
    role: "core",
    about: "dials the tunnels to the edges and applies the allow list, inside",
    lowPorts: low(coreAdmin),
  };
  const server: Service = {
    role: "meeting-server",
    about: "Call Bridge, Web Bridge and administration, inside",
    lowPorts: low(webBridge, bridgeLink, admin),
  };
  for (const index of d.edges.keys()) writeService(join(dir, numbered("edge", index)), edge);
  for (const index of d.coreAddresses.keys()) writeService(join(dir, numbered("core", index)), core);
  writeService(join(dir, "meeting-server"), server);
}

function writeService(folder: string, service: Service): void {
  const files = join(folder, "systemd");
  put(join(files, `turnpike-${service.role}.service`), unitOf(service));
  put(join(files, "turnpike.conf"), SYSUSERS);
  put(join(files, "README.md"), installation(service.role));
}

function installation(role: Service["role"]): string {
  const { program, home } = PLACES;
  const [unit, own] = [`turnpike-${role}`, `${home}/${role}`];
  return `# The ${role} as a service

On its machine, as root, in this folder's parent (the one with ${role}.yaml). The program is in ${program}: there
\`npm ci\` was run by root, so that the service can only read it.

\`\`\`sh
install -m 644 systemd/turnpike.conf /etc/sysusers.d/turnpike.conf && systemd-sysusers
install -d -m 755 ${home}
install -d -o ${ACCOUNT} -g ${ACCOUNT} -m 700 ${own}
cp -r . ${own}/ && chown -R ${ACCOUNT}:${ACCOUNT} ${own}
install -m 644 systemd/${unit}.service /etc/systemd/system/
systemctl daemon-reload && systemctl enable --now ${unit}
\`\`\`

| to | run |
|---|---|
| look whether it runs | \`systemctl status ${unit}\` |
| read its log | \`journalctl -u ${unit} -o cat -f\` |
| take over a changed ${role}.yaml | \`systemctl reload ${unit}\` |
| run a command | \`runuser -u ${ACCOUNT} -- node ${program}/bin/turnpike.js … --config ${own}/${role}.yaml\` |

Commands that write files (\`admin\`, \`turn user\`, \`restore\`) must run as ${ACCOUNT}, as above: what root writes the service
cannot read. The unit says of each line that is not obvious why it is there; \`systemd-analyze security ${unit}\` rates it.
`;
}
