import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { type Deployment, STANDARD_PORTS } from "./deployment.ts";
import { fail } from "./errors.ts";

const LOOPBACK = "127.0.0.1";

/** The deployment of `turnpike up`: all roles on one address of this machine. */
export async function thisMachine(wanted: string | undefined): Promise<Deployment> {
  const address = choose(wanted);
  const [https, redirect] = (await mayBind(STANDARD_PORTS.https)) ? [443, 80] : [8443, 8080];
  return {
    joinHosts: address === LOOPBACK ? ["localhost", LOOPBACK] : [address, "localhost"],
    edges: [{ publicAddress: address, outerAddress: address, innerAddress: address }],
    bridgePeers: LOCAL_NETWORKS,
    coreAddresses: [address],
    meetingServerAddress: address,
    ports: { ...STANDARD_PORTS, https, redirect, webBridge: 9443 },
    oneMachine: true,
  };
}

/** To try Turnpike, browsers are on this machine or beside it, where addresses are private. */
const LOCAL_NETWORKS = ["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

function choose(wanted: string | undefined): string {
  const own = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((one) => one.family === "IPv4");
  if (wanted === undefined) return own.find((one) => !one.internal)?.address ?? LOOPBACK;
  if (own.some((one) => one.address === wanted) || wanted.startsWith("127.")) return wanted;
  throw fail("UP_BAD_ADDRESS", { address: wanted });
}

/** False only if it is forbidden: a port that is taken is for `checkListeners` to name. */
function mayBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code !== "EACCES"));
    server.listen(port, LOOPBACK, () => server.close(() => resolve(true)));
  });
}
