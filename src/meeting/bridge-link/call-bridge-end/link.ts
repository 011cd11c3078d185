import { performServerHandshake, type ServerHttp2Session } from "node:http2";
import { type Log, Scope, ScopeClosedError, TurnpikeError, textOf } from "#base";
import { fail } from "../errors.ts";
import { keepAlive } from "../keepalive.ts";
import type { CallBridgeService } from "../service.ts";
import { hushLateErrors, SESSION_OPTIONS, UNTRUSTED } from "../session.ts";
import { retryDelay } from "./backoff.ts";
import { connectPinned, type Destination, type Identity, valuesOf } from "./connect.ts";
import { serveRequests } from "./serve.ts";

export type LinkStatus =
  | { readonly state: "connecting"; readonly attempt: number }
  | { readonly state: "connected"; readonly since: number }
  | {
      readonly state: "failed";
      readonly code: string;
      readonly detail: string;
      readonly remedy: string;
      /** Milliseconds since 1970. */
      readonly nextTryAt: number;
    };

export interface LinkOptions {
  readonly name: string;
  /** Id of the webBridge object that is dialled. */
  readonly webBridge: string;
  readonly identity: Identity;
  readonly service: CallBridgeService;
  readonly log: Log;
  readonly onStatus: (status: LinkStatus) => void;
}

/** A link that stays up this long has proved itself: the next failure is the first again. */
const STABLE_MS = 5000;
/** From the TLS handshake to the Web Bridge's first request. */
const HELLO_TIMEOUT_MS = 5000;

/** One link: it is kept up until its scope closes: dial, serve, and after a failure again, later each time. */
export class Link {
  readonly #to: Destination;
  readonly #options: LinkOptions;
  #current: Scope | undefined;
  /** What the other end showed, while it is connected. */
  #shown: string | undefined;
  #pause: Scope | undefined;
  /** Asked for during a try that was made of what was known before. */
  #again = false;

  constructor(to: Destination, options: LinkOptions) {
    this.#to = to;
    this.#options = options;
  }

  async keep(scope: Scope): Promise<void> {
    const { onStatus } = this.#options;
    scope.defer(() => this.#current?.close());
    scope.defer(() => this.#pause?.close());
    let failures = 0;
    while (!scope.closed) {
      this.#again = false;
      onStatus({ state: "connecting", attempt: failures + 1 });
      const { failure, lastedMs } = await this.#once();
      if (scope.closed) return;
      failures = lastedMs > STABLE_MS ? 1 : failures + 1;
      const delay = this.#again ? 0 : retryDelay(failures, Math.random);
      const { code, message: detail, remedy } = failure;
      onStatus({ state: "failed", code, detail, remedy, nextTryAt: Date.now() + delay });
      this.#pause = new Scope();
      if (scope.closed) return;
      await this.#pause.sleep(delay).catch(() => {});
      await this.#pause.close();
    }
  }

  /** Does not wait for the next try, nor after one that is under way and fails. */
  retry(): void {
    this.#again = true;
    void this.#pause?.close();
  }

  /** Hangs up if the other end's certificate is no longer trusted. */
  checkTrust(): void {
    if (this.#shown !== undefined && !this.#to.trust.pins().has(this.#shown))
      void this.#current?.close({ code: "trust-withdrawn" });
  }

  async #once(): Promise<{ failure: TurnpikeError; lastedMs: number }> {
    const scope = new Scope();
    this.#current = scope;
    let connectedAt: number | undefined;
    const failure = await runLink(scope, this.#to, this.#options, (shown) => {
      connectedAt = Date.now();
      this.#again = false;
      this.#shown = shown;
      this.#options.onStatus({ state: "connected", since: connectedAt });
    });
    await scope.close();
    this.#shown = undefined;
    return { failure, lastedMs: connectedAt === undefined ? 0 : Date.now() - connectedAt };
  }
}

/** One connection from dialling to its end; resolves with the reason for the end. */
async function runLink(scope: Scope, to: Destination, options: LinkOptions, onConnected: (shown: string) => void) {
  try {
    const { socket, fingerprint } = await connectPinned(scope, to, options.identity);
    // The roles of HTTP/2 are reversed: the side that dialled is the server.
    const session = performServerHandshake(socket, SESSION_OPTIONS);
    hushLateErrors(session);
    scope.defer(() => session.destroy());
    keepAlive(scope, session);
    const hello = scope.after(HELLO_TIMEOUT_MS, () => session.destroy(new Error("the Web Bridge said nothing")));
    let connected = false;
    const onHello = () => {
      hello.cancel();
      connected = true;
      onConnected(fingerprint);
    };
    const { name, webBridge, service, log } = options;
    serveRequests(scope, session, { name, webBridge, service, log, onHello });
    const end = await endOf(scope, session);
    if (end.untrusted)
      return fail("BRIDGE_LINK_TRUST_FAILURE", {
        ...valuesOf(to),
        why: "the Web Bridge does not trust this Call Bridge's certificate",
      });
    return fail(connected ? "BRIDGE_LINK_LOST" : "BRIDGE_LINK_CONNECT_FAILURE", { ...valuesOf(to), why: end.why });
  } catch (error) {
    if (error instanceof TurnpikeError) return error;
    return fail("BRIDGE_LINK_CONNECT_FAILURE", { ...valuesOf(to), why: textOf(error) }, error);
  }
}

function endOf(scope: Scope, session: ServerHttp2Session): Promise<{ why: string; untrusted: boolean }> {
  return new Promise((resolve, reject) => {
    let why = "closed by the other end";
    let untrusted = false;
    scope.on(session, "goaway", (code: number) => {
      untrusted = code === UNTRUSTED;
    });
    scope.on(session, "error", (error: Error) => {
      why = error.message;
    });
    scope.on(session, "close", () => resolve({ why, untrusted }));
    scope.signal.addEventListener("abort", () => reject(new ScopeClosedError(scope.closed!)));
  });
}
