import { request } from "node:https";
import { text } from "node:stream/consumers";

/** Over TLS to an address, as a name if one is given. */
export interface AgentRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly address: string;
  readonly port: number;
  readonly name?: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The one authority that is trusted, as PEM. */
  readonly authority: string;
}

export interface AgentAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Longer than the lobby's long poll. */
const TIMEOUT_MS = 35_000;

// Runs on a host of the lab and sends what its parent gives it. Ends with its parent.
process.on("message", async ({ id, ask }: { id: number; ask: AgentRequest }) => {
  try {
    process.send!({ id, answer: await send(ask) });
  } catch (error) {
    process.send!({ id, error: String(error) });
  }
});
process.on("disconnect", () => process.exit(0));

function send({ method, address, port, name, path, headers, body, authority }: AgentRequest): Promise<AgentAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<AgentAnswer>();
  const options = {
    ...{ method, host: address, port, path, ca: authority, agent: false, timeout: TIMEOUT_MS },
    ...(name ? { servername: name } : {}),
    headers: { ...headers, ...(name ? { host: name } : {}) },
  };
  const sent = request(options, (answer) => {
    const { statusCode: status = 0, headers: given } = answer;
    void text(answer).then((content) => resolve({ status, headers: given, body: content }), reject);
  });
  sent.on("timeout", () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
  sent.on("error", reject);
  sent.end(body);
  return promise;
}
