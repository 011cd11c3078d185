import { existsSync, readdirSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { type Deployment, type EdgePlace, numbered, STANDARD_PORTS, writeDeployment } from "#all-in-one";
import { canonicalAddress, type ErrorTable, errorsOf } from "#base";

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
  INIT_BAD_EDGE: {
    kind: "user",
    text: "--edge {value} is not two or three addresses",
    remedy: "give inner,outer or inner,outer,public, such as 10.0.1.2,192.0.2.10,203.0.113.10",
  },
  INIT_NO_EDGE: {
    kind: "user",
    text: "it takes either --edge-public (with --edge-outer and --edge-inner where they differ) or --edge for each edge",
    remedy: "give one of the two, such as --edge-public 203.0.113.10",
  },
  INIT_TWICE: {
    kind: "user",
    text: "{option} has {value} twice",
    remedy: "each machine has an address of its own; a machine is listed once",
  },
} as const satisfies ErrorTable;

const fail = errorsOf(initErrors);

export interface InitOptions {
  readonly joinHost: string;
  readonly edgePublic?: string;
  readonly edgeOuter?: string;
  readonly edgeInner?: string;
  /** "inner,outer" or "inner,outer,public", one for each edge. */
  readonly edge?: readonly string[];
  readonly meetingServer: string;
  readonly core?: readonly string[];
  readonly force: boolean;
}

export async function init(dir: string, options: InitOptions): Promise<void> {
  if (existsSync(dir) && readdirSync(dir).length > 0 && !options.force) throw fail("INIT_NOT_EMPTY", { dir });
  const deployment = deploymentOf(options);
  const { adminPassword } = await writeDeployment(dir, deployment);
  console.log(summary(dir, deployment, adminPassword));
}

/** Throws INIT_BAD_HOST, INIT_BAD_ADDRESS, INIT_BAD_EDGE, INIT_NO_EDGE or INIT_TWICE. */
function deploymentOf(options: InitOptions): Deployment {
  if (!/^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i.test(options.joinHost))
    throw fail("INIT_BAD_HOST", { value: options.joinHost });
  const meetingServerAddress = addressOf("--meeting-server", options.meetingServer);
  const [core = meetingServerAddress, ...cores] = options.core?.map((value) => addressOf("--core", value)) ?? [];
  const coreAddresses = [core, ...cores] as const;
  unique("--core", coreAddresses);
  return {
    joinHosts: [options.joinHost.toLowerCase()],
    edges: edgesOf(options),
    bridgePeers: [],
    coreAddresses,
    meetingServerAddress,
    ports: STANDARD_PORTS,
    oneMachine: false,
  };
}

function edgesOf(options: InitOptions): Deployment["edges"] {
  const { edgePublic, edgeOuter, edgeInner, edge = [] } = options;
  const [first, ...others] = edge.map(placeOf);
  const single = edgePublic ?? edgeOuter ?? edgeInner;
  if ((first === undefined) === (single === undefined)) throw fail("INIT_NO_EDGE");
  if (first !== undefined) {
    const all = [first, ...others] as const;
    for (const key of ["innerAddress", "publicAddress"] as const)
      unique(
        "--edge",
        all.map((place) => place[key]),
      );
    return all;
  }
  if (edgePublic === undefined) throw fail("INIT_NO_EDGE");
  const publicAddress = addressOf("--edge-public", edgePublic);
  const outerAddress = addressOf("--edge-outer", edgeOuter ?? publicAddress);
  return [{ publicAddress, outerAddress, innerAddress: addressOf("--edge-inner", edgeInner ?? outerAddress) }];
}

function placeOf(text: string): EdgePlace {
  const [inner, outer, open = outer, ...rest] = text.split(",").map((part) => part.trim());
  if (!inner || !outer || !open || rest.length > 0) throw fail("INIT_BAD_EDGE", { value: text });
  const [innerAddress, outerAddress, publicAddress] = [inner, outer, open].map((part) => addressOf("--edge", part));
  return { innerAddress: innerAddress!, outerAddress: outerAddress!, publicAddress: publicAddress! };
}

/** A relay has no scope, and no wildcard: it is told to peers. */
function addressOf(option: string, value: string): string {
  const address = isIP(value) ? canonicalAddress(value) : undefined;
  if (address === undefined || address === "0.0.0.0" || address === "::")
    throw fail("INIT_BAD_ADDRESS", { option, value });
  return address;
}

function unique(option: string, addresses: readonly string[]): void {
  const twice = addresses.find((address, index) => addresses.indexOf(address) !== index);
  if (twice !== undefined) throw fail("INIT_TWICE", { option, value: twice });
}

function summary(dir: string, d: Deployment, adminPassword: string | undefined): string {
  const rows = [
    ...d.edges.map(({ innerAddress }, index) => ["edge", numbered("edge", index), `DMZ, ${innerAddress}`] as const),
    ...d.coreAddresses.map((address, index) => ["core", numbered("core", index), `inside, ${address}`] as const),
    ["meeting-server", "meeting-server", `inside, ${d.meetingServerAddress}`] as const,
  ];
  const from = rows.map(([, folder]) => join(dir, folder));
  const width = Math.max(...from.map((folder) => folder.length));
  const places = rows.map(([, , place]) => place);
  const placeWidth = Math.max(...places.map((place) => place.length));
  return [
    `Written for https://${d.joinHosts[0]}. Copy each folder to its machine and start the role there:`,
    "",
    ...rows.map(
      ([role], i) =>
        `  ${from[i]!.padEnd(width)}  ${places[i]!.padEnd(placeWidth)}  turnpike ${role} --config ${role}.yaml`,
    ),
    "",
    "As a service that only has the rights it needs: systemd/README.md in each folder.",
    ...(d.edges.length > 1
      ? [`DNS: ${d.joinHosts[0]} has the A records ${d.edges.map((edge) => edge.publicAddress).join(", ")}.`]
      : []),
    "",
    `Keep ${join(dir, "authority")} to yourself: it can issue certificates. Browsers trust the meetings once they trust`,
    "its ca.pem, or once edge/certs/web.pem and web.key are replaced by a certificate of a public authority.",
    ...(adminPassword
      ? ["", `Administrator: admin, password ${adminPassword} (shown once; only its hash is kept).`]
      : []),
  ].join("\n");
}
