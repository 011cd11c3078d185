import { type Scope, TurnpikeError } from "#base";
import { type SelftestResult, selftest } from "#turn-client";
import { type Check, type Finding, good, type Place } from "../contract.ts";
import { fail } from "../errors.ts";

/** Relays have random ports: so many are a sample of the range that a firewall may cut short. */
const SAMPLE = 4;

/** Makes relays as a Call Bridge does, and sends packets to them from here. */
export const relays: Check<Place> = {
  name: "relays",
  title: () => "Relays",
  run: async (place, scope) => {
    const { credentials } = place;
    if (!credentials) {
      const remedy = "give --secret-file with a copy of the edge's secrets/turn, or --turn-user and --password-file";
      return { state: "not-checked", says: "takes credentials of TURN", remedy };
    }
    const results = await Promise.all(Array.from({ length: SAMPLE }, () => tryOne(place, credentials, scope)));
    return judgeRelays(results, place.address);
  },
};

function tryOne({ address, ports }: Place, credentials: NonNullable<Place["credentials"]>, scope: Scope) {
  const server = { address, port: ports.turn };
  return selftest(scope, { server, transport: "udp", credentials });
}

/** Throws what is wrong with them. */
export function judgeRelays(results: readonly SelftestResult[], address: string): Finding {
  const made = results.flatMap(({ allocation, relay }) =>
    allocation.state === "made" ? [{ ...allocation, relay }] : [],
  );
  const failed = results.find(({ allocation }) => allocation.state === "failed")?.allocation;
  if (failed?.state === "failed") {
    const { code, why, remedy } = failed;
    throw new TurnpikeError(code, { kind: "system", text: why, remedy });
  }
  const elsewhere = made.find(({ relayed }) => relayed.address !== address);
  if (elsewhere) throw fail("DOCTOR_RELAY_ADDRESS", { relayed: elsewhere.relayed.address, address });
  const portsOf = (state: string) =>
    made.filter(({ relay }) => relay.state === state).map(({ relayed }) => relayed.port);
  const closed = portsOf("not-reached");
  if (closed.length > 0) throw fail("DOCTOR_RELAY_CLOSED", { count: made.length, ports: closed.join(", ") });
  const [first] = made;
  if (portsOf("not-tried").length > 0) {
    const says = `made at ${address}, not reached: these credentials may not reach this machine`;
    return { state: "not-checked", says, remedy: "give the credentials of a bridge: --secret-file" };
  }
  const rtt = Math.min(...made.map(({ rttMs }) => rttMs));
  return good(`${made.length} reached at ${address}; ${rtt.toFixed(1)} ms; you look like ${first?.mapped.address}`);
}
