import { join } from "node:path";
import { ADDRESS, type Deployment, type HostName, JOIN_HOST, type Lab } from "../lab/index.ts";
import type { AgentAnswer, AgentRequest } from "./http-agent.ts";

export type { AgentAnswer } from "./http-agent.ts";

type Send = (request: AgentRequest) => Promise<AgentAnswer>;

/** HTTPS from a host of the lab. */
export function requestsFrom(lab: Lab, host: HostName): Send {
  const { child } = lab.node(host, join(import.meta.dirname, "http-agent.ts"), [], { ipc: true });
  const waiting = new Map<number, PromiseWithResolvers<AgentAnswer>>();
  let next = 0;
  child.on("message", ({ id, answer, error }: { id: number; answer?: AgentAnswer; error?: string }) => {
    const caller = waiting.get(id);
    waiting.delete(id);
    if (answer) caller?.resolve(answer);
    else caller?.reject(new Error(`${host}: ${error}`));
  });
  return (ask) => {
    const caller = Promise.withResolvers<AgentAnswer>();
    waiting.set(++next, caller);
    child.send({ id: next, ask });
    return caller.promise;
  };
}

export const ADMIN_PORT = 8445;
export const ADMIN_URL = `https://${ADDRESS.server}:${ADMIN_PORT}`;

/** For a script inside: by default the administration listens on the server's loopback only. */
export function openAdministration(deployment: Deployment): void {
  deployment.change("meeting-server", ["admin", "listen"], `${ADDRESS.server}:${ADMIN_PORT}`);
}

/** The CMS API as an administrator's script speaks to it, from a machine inside. */
export class CmsApi {
  readonly #send: Send;
  readonly #deployment: Deployment;

  constructor(lab: Lab, deployment: Deployment) {
    this.#send = requestsFrom(lab, "inside");
    this.#deployment = deployment;
  }

  /** XML. Rejects unless it is answered with 200. */
  async get(path: string): Promise<string> {
    return (await this.#ask("GET", path)).body;
  }

  async put(path: string, parameters: Readonly<Record<string, string>>): Promise<void> {
    await this.#ask("PUT", path, String(new URLSearchParams(parameters)));
  }

  /** The id of the only object in a list. */
  async only(list: string): Promise<string> {
    const ids = [...(await this.get(list)).matchAll(/ id="([0-9a-f-]{36})"/g)].map(([, id]) => id!);
    if (ids.length !== 1) throw new Error(`${list} has ${ids.length} objects`);
    return ids[0]!;
  }

  async #ask(method: "GET" | "PUT", path: string, body?: string): Promise<AgentAnswer> {
    const { adminPassword, authority } = this.#deployment;
    const answer = await this.#send({
      ...{ method, address: ADDRESS.server, port: ADMIN_PORT, path: `/api/v1/${path}`, authority },
      headers: {
        authorization: `Basic ${Buffer.from(`admin:${adminPassword}`).toString("base64")}`,
        ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
      },
      ...(body === undefined ? {} : { body }),
    });
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return answer;
  }
}

/** The Web Bridge's JSON, as the join host and whatever stands between. */
export class Guest {
  readonly #send: Send;
  readonly #authority: string;
  readonly #address: string;

  constructor(lab: Lab, deployment: Deployment, host: HostName) {
    this.#send = requestsFrom(lab, host);
    this.#authority = deployment.authority;
    this.#address = host === "inside" ? ADDRESS.server : ADDRESS.edgePublic;
  }

  async post(path: string, body: unknown): Promise<AgentAnswer & { readonly json: Record<string, unknown> }> {
    const answer = await this.#send({
      ...{ method: "POST", address: this.#address, port: 443, name: JOIN_HOST, path, authority: this.#authority },
      headers: { "content-type": "application/json", "x-turnpike": "1" },
      body: JSON.stringify(body),
    });
    return { ...answer, json: JSON.parse(answer.body) };
  }
}
