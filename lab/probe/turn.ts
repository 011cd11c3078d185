import { join } from "node:path";
import type { TransportAddress } from "#base";
import type { TurnRole } from "#turn-client";
import type { Lab } from "../build.ts";
import type { HostName } from "../plan.ts";

interface Account {
  /** The shared secret of the edges. */
  readonly secret: string;
  readonly role: TurnRole;
}

export type TurnAsk =
  | (Account & {
      readonly do: "open";
      readonly id: number;
      readonly server: TransportAddress;
      readonly transport: "udp" | "tcp";
    })
  | { readonly do: "permit"; readonly id: number; readonly address: string }
  | { readonly do: "send"; readonly id: number; readonly to: TransportAddress; readonly text: string }
  | (Account & { readonly do: "alternate"; readonly server: TransportAddress });

export interface TurnReply {
  readonly number: number;
  readonly answer?: unknown;
  /** A code where there is one. */
  readonly error?: string;
}

interface Heard {
  readonly id: number;
  readonly text: string;
  readonly from: TransportAddress;
}

export interface LabRelay {
  readonly relayed: TransportAddress;
  /** The client as the server sees it. */
  readonly mapped: TransportAddress;
  permit(address: string): Promise<void>;
  send(text: string, to: TransportAddress): Promise<void>;
  /** Resolves with the sender of that text; rejects if it did not come within 5 s. */
  hears(text: string): Promise<TransportAddress>;
}

/** A TURN client on a host of the lab. Errors are messages with their code. */
export interface TurnProbe {
  open(server: TransportAddress, account: Account, transport?: "udp" | "tcp"): Promise<LabRelay>;
  /** The error code of an Allocate over UDP, 0 for success, and where the server sends the client instead. */
  alternate(server: TransportAddress, account: Account): Promise<{ code: number; alternate?: TransportAddress }>;
}

const HEARS_WITHIN_MS = 5000;

export function turnOn(lab: Lab, host: HostName): TurnProbe {
  const { child } = lab.node(host, join(import.meta.dirname, "turn-agent.ts"), [], { ipc: true });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const heard: Heard[] = [];
  let next = 0;
  child.on("message", (message: TurnReply | { readonly heard: Heard }) => {
    if ("heard" in message) return void heard.push(message.heard);
    const caller = waiting.get(message.number);
    waiting.delete(message.number);
    if (message.error) caller?.reject(new Error(`${host}: ${message.error}`));
    else caller?.resolve(message.answer);
  });
  const request = <T>(ask: TurnAsk): Promise<T> => {
    const caller = Promise.withResolvers<unknown>();
    waiting.set(++next, caller);
    child.send({ number: next, ask });
    return caller.promise as Promise<T>;
  };
  let relays = 0;
  return {
    open: async (server, account, transport = "udp") => {
      const id = ++relays;
      const made = await request<Pick<LabRelay, "relayed" | "mapped">>({
        ...{ do: "open", id, server, transport },
        ...account,
      });
      return {
        ...made,
        permit: (address) => request({ do: "permit", id, address }),
        send: (text, to) => request({ do: "send", id, to, text }),
        hears: async (text) => {
          for (const deadline = Date.now() + HEARS_WITHIN_MS; ; await lab.scope.sleep(20)) {
            const packet = heard.find((one) => one.id === id && one.text === text);
            if (packet) return packet.from;
            if (Date.now() > deadline) throw new Error(`${host} has not heard "${text}"`);
          }
        },
      };
    },
    alternate: (server, account) => request({ do: "alternate", server, ...account }),
  };
}
