import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { Scope } from "#base";
import { type CoturnWorld, coturnWorld, runTool, startPeer } from "./coturn-world.ts";
import { BRIDGE, SECRET } from "./test-world.ts";

const shared = new Scope();
after(() => shared.close());
const peer = await startPeer(shared);

const SHORT_TERM = `-u user -W ${SECRET}`;
const LONG_TERM = `-u ${BRIDGE.username} -w ${BRIDGE.password}`;
const TO_IPV4 = `-e 127.0.0.1 -r ${peer}`;
const TO_IPV6 = `-e ::1 -r ${peer}`;

interface Mode {
  readonly flags: string;
  readonly user?: string;
  readonly at?: keyof CoturnWorld["ports"];
  /** What the server sees the client come by. */
  readonly over: "udp" | "tcp" | "tls";
  /** Messages of each of the two clients are counted once for RTP, and once more for RTCP in client to client modes. */
  readonly messages?: number;
  readonly logged?: string;
}

/** Flags of Debian's turnutils_uclient 4.6.1. -c: no second socket for RTCP, and so no EVEN-PORT; -X, -x: the relay's family. */
const MODES: Readonly<Record<string, Mode>> = {
  "channels over UDP": { flags: `-c -X ${TO_IPV4}`, over: "udp" },
  "channels over UDP without a family asked for": { flags: `-c ${TO_IPV4}`, over: "udp" },
  "a local user with RTCP ports": { flags: `-X ${TO_IPV4}`, user: LONG_TERM, over: "udp" },
  "Send and Data indications over UDP": { flags: `-c -s -X ${TO_IPV4}`, over: "udp" },
  "channels over TCP": { flags: `-c -t -X ${TO_IPV4}`, over: "tcp" },
  "Send and Data indications over TCP": { flags: `-c -t -s -X ${TO_IPV4}`, over: "tcp" },
  "TLS on the port of TCP": { flags: `-c -t -S -X ${TO_IPV4}`, over: "tls" },
  "TLS on a port of its own": { flags: `-c -t -S -X ${TO_IPV4}`, at: "tls", over: "tls" },
  "DONT-FRAGMENT": { flags: `-c -g -X ${TO_IPV4}`, over: "udp" },
  "padded ChannelData over UDP": { flags: `-c -D -X ${TO_IPV4}`, over: "udp" },
  "padded ChannelData over TCP": { flags: `-c -t -D -X ${TO_IPV4}`, over: "tcp" },
  "extra permissions and channels over UDP": { flags: `-c -G -X ${TO_IPV4}`, over: "udp" },
  "extra permissions and channels over TCP": { flags: `-c -t -G -X ${TO_IPV4}`, over: "tcp" },
  "mobility over UDP": { flags: `-c -M -X ${TO_IPV4}`, over: "udp", logged: "TURN client moved" },
  "mobility over TCP": { flags: `-c -t -M -X ${TO_IPV4}`, over: "tcp", logged: "TURN client moved" },
  "disconnects over UDP": { flags: `-c -B -X ${TO_IPV4}`, over: "udp" },
  "disconnects over TCP": { flags: `-c -t -B -X ${TO_IPV4}`, over: "tcp" },
  "relay to relay over UDP": { flags: "-y -X", over: "udp", messages: 80 },
  "relay to relay over UDP without RTCP": { flags: "-y -c -X", over: "udp" },
  "relay to relay by indications": { flags: "-y -s -X", over: "udp", messages: 80 },
  "relay to relay over TCP": { flags: "-y -t -X", over: "tcp", messages: 80 },
  "relay to relay over TLS": { flags: "-y -t -S -X", over: "tls", messages: 80 },
  "relay to relay over IPv6": { flags: "-y -c -x", at: "ipv6", over: "udp" },
  "TCP relays": { flags: "-T -X", over: "tcp" },
  "TCP relays over TLS": { flags: "-T -S -X", over: "tls" },
  "IPv6 over UDP": { flags: `-c -x ${TO_IPV6}`, at: "ipv6", over: "udp" },
  "IPv6 over TCP": { flags: `-c -t -x ${TO_IPV6}`, at: "ipv6", over: "tcp" },
  "IPv6 over TLS": { flags: `-c -t -S -x ${TO_IPV6}`, at: "ipv6", over: "tls" },
  "an IPv6 relay for an IPv4 client": { flags: `-c -x ${TO_IPV6}`, over: "udp" },
  // The server offers no THIRD-PARTY-AUTHORIZATION (RFC 7635), so this client goes on with its password.
  "OAuth keys that nobody asks for": { flags: `-c -J -X ${TO_IPV4}`, over: "udp" },
};

describe("turnutils_uclient loses nothing", { concurrency: 10 }, () => {
  // In this mode the client does not read what the active end sends, on Debian's own server just as here.
  test("of what it reads when its peer connects to a TCP relay, and the relay carries all both ways", async () => {
    await using world = await coturnWorld();
    const { output } = await uclient(world, { flags: "-T -P -X", over: "tcp" });
    await world.scope.close();
    assert.deepEqual(messages(output), [40, 20]);
    const carried = endings(world).filter(({ sentBytes }) => sentBytes !== 0);
    assert.deepEqual(
      carried.map(({ sentBytes, receivedBytes }) => [sentBytes, receivedBytes]),
      [[2000, 2000]],
    );
    assert.deepEqual(complaints(world), []);
  });

  for (const [name, mode] of Object.entries(MODES))
    test(name, async () => {
      await using world = await coturnWorld();
      const { output, ended } = await uclient(world, mode);
      await world.scope.close();
      assert.ok(ended, output);
      const [sent, received] = takesRecords(mode) ? relayed(world) : messages(output);
      assert.deepEqual([sent, received], [mode.messages ?? 40, mode.messages ?? 40], output);
      assert.deepEqual(carriedOver(world), [mode.over]);
      if (mode.logged) assert.ok(events(world).includes(mode.logged));
      assert.deepEqual(complaints(world), []);
    });
});

function uclient({ ports, ca }: CoturnWorld, { flags, at = "mixed", user = SHORT_TERM }: Mode) {
  const authority = flags.includes("-S") ? `-E ${ca}` : "";
  const server = at === "ipv6" ? "::1" : "127.0.0.1";
  return runTool("turnutils_uclient", `${user} ${flags} ${authority} -p ${ports[at]} -n 20 -m 2 ${server}`);
}

/** The last count of messages sent and received. */
function messages(output: string): number[] {
  const counts = [...output.matchAll(/start_mclient: tot_send_msgs=(\d+), tot_recv_msgs=(\d+)/g)].at(-1);
  return counts ? [Number(counts[1]), Number(counts[2])] : [];
}

/**
 * Over TLS this tool takes each record for one message (recv_buffer in its uclient.c): of several that a busy server sends
 * in one record it sees the first only. What a TCP relay carries has no such borders.
 */
const takesRecords = ({ over, flags }: Mode) => over === "tls" && !flags.includes("-T");

/** Packets that the server passed to peers, and those that it passed to its clients. */
function relayed(world: CoturnWorld): number[] {
  const sum = (name: string) => endings(world).reduce((total, { [name]: count }) => total + Number(count), 0);
  return [sum("sentPackets"), sum("receivedPackets")];
}

const events = ({ lines }: CoturnWorld) => lines.map(({ event }) => event);

const complaints = ({ lines }: CoturnWorld) => lines.filter(({ level }) => level === "warn" || level === "error");

function endings({ lines }: CoturnWorld): Record<string, unknown>[] {
  return lines.filter(({ event }) => event === "TURN allocation ended").map(({ fields }) => fields);
}

/** The transports of the clients whose allocations carried anything. */
function carriedOver(world: CoturnWorld): unknown[] {
  const carried = endings(world).filter(({ sentPackets }) => sentPackets !== 0);
  return [...new Set(carried.map(({ transport }) => transport))];
}
