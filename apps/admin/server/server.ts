import { type ReadonlySignal, signal } from "@preact/signals";
import { failureOf, ServerFailure } from "./failure.ts";
import type { Answer, Request, StreamListener, Transport } from "./transport.ts";

/** Asks the server, and notices when it is away or no longer knows who asks. */
export class Server {
  readonly #transport: Transport;
  readonly #away = signal(false);
  /** Told when the session is over: signed out elsewhere, idle for too long, account gone. */
  onSignedOut: () => void = () => {};

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get away(): ReadonlySignal<boolean> {
    return this.#away;
  }

  /** `background`: asked by a page on its own, which does not keep the session alive. */
  async get<T>(path: string, background = false): Promise<T> {
    const headers = { accept: "application/json", ...(background ? { "x-turnpike-background": "1" } : {}) };
    return parsedAs<T>(await this.#ask({ method: "GET", path, headers }));
  }

  async change<T>(
    method: "POST" | "PUT" | "DELETE",
    path: string,
    body: object = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly value: T; readonly answer: Answer }> {
    const json = { accept: "application/json", "content-type": "application/json" };
    const answer = await this.#ask({ method, path, headers: { ...json, ...headers }, body: JSON.stringify(body) });
    return { value: parsedAs<T>(answer), answer };
  }

  /** The answer as it came: the XML view, and whoever needs a header. */
  async raw(path: string, accept: string): Promise<Answer> {
    return this.#ask({ method: "GET", path, headers: { accept } });
  }

  follow(path: string, listener: StreamListener): () => void {
    return this.#transport.follow(path, listener);
  }

  async #ask(request: Request): Promise<Answer> {
    const answer = await this.#transport.send(request).catch(() => undefined);
    this.#away.value = answer === undefined || answer.status === 502 || answer.status === 504;
    if (!answer) throw new ServerFailure({ status: 0, code: "APP_SERVER_AWAY" });
    if (answer.status === 401 && isAboutSession(request)) this.onSignedOut();
    if (answer.status >= 400) throw failureOf(answer);
    return answer;
  }
}

/** A 401 to a password that was given tells of the password, not of the session. */
function isAboutSession({ method, path }: Request): boolean {
  return method === "GET" || !path.startsWith("/api/session");
}

function parsedAs<T>({ text, status }: Answer): T {
  if (!text) return {} as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new ServerFailure({ status, code: "APP_ANSWER_UNREADABLE" });
  }
}
