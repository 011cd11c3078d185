import { attribute, attributes, encodeMessage, MessageClass, Method } from "#stun";
import { ACCOUNTS } from "./accounts.ts";
import type { FuzzClient } from "./clients.ts";
import { rawMessage, signedMessage } from "./messages.ts";
import { checkReplies, deliver } from "./replies.ts";
import { changedSettings } from "./settings.ts";
import { Kind, type Step } from "./steps.ts";
import type { FuzzWorld } from "./world.ts";

/** Of a step of time, ms. */
const UNIT = 50;

type Perform = (world: FuzzWorld, step: Step, client: FuzzClient) => void;

const PERFORMERS: Readonly<Record<number, Perform>> = {
  [Kind.raw]: (world, step, client) => deliver(world, client, rawMessage(step.bytes, world.known(step.client))),
  [Kind.signed]: signed,
  [Kind.time]: ({ clock, core }, { bytes }) => {
    clock.advance((((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) * UNIT);
    core.sweep();
  },
  [Kind.drain]: ({ core }) => {
    core.draining = !core.draining;
  },
  [Kind.configure]: ({ core }, { bytes }) => core.configure(changedSettings(bytes, core.options)),
  [Kind.gone]: (world, _step, client) => {
    if (client.isStream) leave(world, client);
  },
  [Kind.plane]: (world, { bytes }) => PLANE[(bytes[0] ?? 0) % PLANE.length]!(world, bytes[1] ?? 0),
  [Kind.end]: ({ core, allocations }, { bytes }) => {
    const allocation = allocations[(bytes[0] ?? 0) % allocations.length];
    if (allocation) core.end(allocation, "ended by the administrator");
  },
};

/** What the surroundings of the server may do. */
const PLANE: readonly ((world: FuzzWorld, byte: number) => void)[] = [
  ({ plane }) => {
    plane.opening = "ready";
    plane.release();
  },
  ({ plane }) => {
    plane.opening = "taken";
  },
  ({ plane }) => {
    plane.opening = "held";
  },
  ({ plane }) => plane.release(),
  ({ plane }) => {
    plane.dontFragment = !plane.dontFragment;
  },
  ({ tcpRelays }, byte) => {
    for (const relay of tcpRelays.opened) relay.attempt({ address: "8.8.8.8", port: 1000 + byte });
  },
  ({ cluster }) => {
    cluster.hasRoom = !cluster.hasRoom;
  },
];

export function performStep(world: FuzzWorld, step: Step): void {
  const client = world.clients[step.client]!;
  if (client.detached) leave(world, client);
  PERFORMERS[step.kind]!(world, step, client);
}

function signed(world: FuzzWorld, step: Step, client: FuzzClient): void {
  if (client.nonces.length === 0) challenge(world, client);
  deliver(world, client, signedMessage(step, ACCOUNTS[step.account]!, client, world.known(step.client)));
}

/** What every client begins with: it is told realm and nonce. */
function challenge(world: FuzzWorld, client: FuzzClient): void {
  const transport = attribute(attributes.requestedTransport, 17);
  deliver(
    world,
    client,
    encodeMessage({ method: Method.allocate, class: MessageClass.request, attributes: [transport] }),
  );
  checkReplies(world);
}

function leave({ core }: FuzzWorld, client: FuzzClient): void {
  core.clientGone(client.current);
  client.reconnect();
}
