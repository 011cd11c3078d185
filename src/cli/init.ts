import { existsSync, readdirSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { STANDARD_PORTS, writeDeployment } from "#all-in-one";
import { type ErrorTable, errorsOf } from "#base";

export const initErrors = {
  INIT_NOT_EMPTY: {
    kind: "user",
    text: "{dir} is not empty",
    remedy: "name a new folder, or add --force to keep its keys and write the rest anew",
  },
  INIT_BAD_ADDRESS: {
    kind: "user",
    text: "{option} {value} is not an IP address",
    remedy: "give the address itself, such as 192.0.2.10",
  },
  INIT_BAD_HOST: {
    kind: "user",
    text: "--join-host {value} is not a host name",
    remedy: "give the public name, such as join.example.com",
  },
} as const satisfies ErrorTable;

const fail = errorsOf(initErrors);

export interface InitOptions {
  readonly joinHost: string;
  readonly edgePublic: string;
  readonly edgeOuter?: string;
  readonly edgeInner?: string;
  readonly meetingServer: string;
  readonly core?: string;
  readonly force: boolean;
}

export async function init(dir: string, options: InitOptions): Promise<void> {
  check(dir, options);
  const outerAddress = options.edgeOuter ?? options.edgePublic;
  const innerAddress = options.edgeInner ?? outerAddress;
  const { adminPassword } = await writeDeployment(dir, {
    joinHosts: [options.joinHost.toLowerCase()],
    edge: { publicAddress: options.edgePublic, outerAddress, innerAddress, bridgePeers: [] },
    coreAddress: options.core ?? options.meetingServer,
    meetingServerAddress: options.meetingServer,
    ports: STANDARD_PORTS,
    oneMachine: false,
  });
  console.log(summary(dir, options, adminPassword));
}

function check(dir: string, options: InitOptions): void {
  if (existsSync(dir) && readdirSync(dir).length > 0 && !options.force) throw fail("INIT_NOT_EMPTY", { dir });
  if (!/^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i.test(options.joinHost))
    throw fail("INIT_BAD_HOST", { value: options.joinHost });
  for (const [key, option] of ADDRESSES) {
    const value = options[key];
    if (value !== undefined && !isIP(value)) throw fail("INIT_BAD_ADDRESS", { option, value });
  }
}

const ADDRESSES = [
  ["edgePublic", "--edge-public"],
  ["edgeOuter", "--edge-outer"],
  ["edgeInner", "--edge-inner"],
  ["meetingServer", "--meeting-server"],
  ["core", "--core"],
] as const;

function summary(dir: string, options: InitOptions, adminPassword: string | undefined): string {
  const rows = [
    ["edge (DMZ)", `${dir}/edge`, "turnpike edge --config edge.yaml"],
    ["core (inside)", `${dir}/core`, "turnpike core --config core.yaml"],
    ["meeting server (inside)", `${dir}/meeting-server`, "turnpike meeting-server --config meeting-server.yaml"],
  ] as const;
  return [
    `Written for https://${options.joinHost}. Copy each folder to its machine and start the role there:`,
    "",
    ...rows.map(
      ([role, from, command]) =>
        `  ${role.padEnd(24)} ${from.padEnd(Math.max(...rows.map((row) => row[1].length)))}  ${command}`,
    ),
    "",
    `Keep ${join(dir, "authority")} to yourself: it can issue certificates. Browsers trust the meetings once they trust`,
    "its ca.pem, or once edge/certs/web.pem and web.key are replaced by a certificate of a public authority.",
    ...(adminPassword
      ? ["", `Administrator: admin, password ${adminPassword} (shown once; only its hash is kept).`]
      : []),
  ].join("\n");
}
