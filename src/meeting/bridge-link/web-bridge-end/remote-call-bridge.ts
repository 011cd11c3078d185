import type { ClientHttp2Session, ClientHttp2Stream } from "node:http2";
import type { z } from "zod";
import { type Scope, TurnpikeError, textOf } from "#base";
import { readBody } from "../body.ts";
import { fail } from "../errors.ts";
import { CLOSE, FramedStream } from "../framed-stream.ts";
import {
  controlAnswer,
  helloAnswer,
  joinAnswer,
  LOBBY_WAIT,
  PATHS,
  PROTOCOL,
  parseMessage,
  portalAnswer,
  validateAnswer,
} from "../messages.ts";
import type {
  CallBridgeService,
  ClientOrigin,
  ControlAction,
  ControlAnswer,
  JoinAnswer,
  JoinRequest,
  PortalAnswer,
  PortalRequest,
  SignallingRequest,
  SignallingStream,
} from "../service.ts";

const ANSWER_TIMEOUT_MS = 8000;
/** Sign-in may ask a directory or a provider. */
const PORTAL_TIMEOUT_MS = 20_000;
/** Bytes on their way to the Call Bridge before the client is not read any more. */
const HIGH_WATER = 262_144;

/** The Call Bridge at the other end of a link. Its calls reject with errors that have a sentence for the guest. */
export class RemoteCallBridge implements CallBridgeService {
  readonly #scope: Scope;
  readonly #session: ClientHttp2Session;

  constructor(scope: Scope, session: ClientHttp2Session) {
    this.#scope = scope;
    this.#session = session;
  }

  hello(): Promise<{ readonly name: string }> {
    return this.#ask(PATHS.hello, { protocol: PROTOCOL }, helloAnswer);
  }

  join(request: JoinRequest, origin: ClientOrigin): Promise<JoinAnswer> {
    return this.#ask(PATHS.join, { request, origin }, joinAnswer);
  }

  lobby(token: string, origin: ClientOrigin): Promise<JoinAnswer> {
    return this.#ask(PATHS.lobby, { token, origin }, joinAnswer, LOBBY_WAIT * 1000 + ANSWER_TIMEOUT_MS);
  }

  control(token: string, action: ControlAction, origin: ClientOrigin): Promise<ControlAnswer> {
    return this.#ask(PATHS.control, { token, action, origin }, controlAnswer);
  }

  portal(request: PortalRequest, origin: ClientOrigin): Promise<PortalAnswer> {
    return this.#ask(PATHS.portal, { request, origin }, portalAnswer, PORTAL_TIMEOUT_MS);
  }

  validateToken(token: string) {
    return this.#ask(PATHS.validate, { token }, validateAnswer);
  }

  openSignalling(request: SignallingRequest, origin: ClientOrigin, client: SignallingStream): void {
    try {
      this.#carry(new FramedStream(this.#scope, this.#request(PATHS.signalling)), request, origin, client);
    } catch {
      client.close(CLOSE.serviceRestart, "the bridge link is down");
    }
  }

  #carry(framed: FramedStream, request: SignallingRequest, origin: ClientOrigin, client: SignallingStream): void {
    framed.open(JSON.stringify({ request, origin }));
    framed.onMessage((frame) => client.send(frame));
    framed.onClose((code, reason) => client.close(code, reason));
    framed.onDrain(() => client.resume?.());
    client.onMessage((frame) => {
      framed.send(frame);
      if (framed.backlog > HIGH_WATER) client.pause?.();
    });
    client.onClose((code, reason) => framed.close(code, reason));
  }

  async #ask<T>(path: string, message: unknown, schema: z.ZodType<T>, timeoutMs = ANSWER_TIMEOUT_MS): Promise<T> {
    const stream = this.#requestOrDown(path);
    let late = false;
    const timer = this.#scope.after(timeoutMs, () => {
      late = true;
      stream.destroy();
    });
    try {
      let status: number | undefined;
      stream.once("response", (headers) => {
        status = headers[":status"];
      });
      stream.end(JSON.stringify(message));
      const text = await readBody(stream);
      const answer = status === 200 ? parseMessage(schema, text) : undefined;
      if (answer === undefined)
        throw fail("BRIDGE_LINK_BAD_ANSWER", { path, why: text.slice(0, 200) || `status ${status}` });
      return answer;
    } catch (error) {
      if (error instanceof TurnpikeError) throw error;
      if (late) throw fail("BRIDGE_LINK_TIMEOUT", { path, seconds: timeoutMs / 1000 });
      if (this.#session.destroyed || this.#scope.closed) throw fail("BRIDGE_LINK_DOWN", {}, error);
      throw fail("BRIDGE_LINK_BAD_ANSWER", { path, why: textOf(error) }, error);
    } finally {
      timer.cancel();
    }
  }

  #requestOrDown(path: string): ClientHttp2Stream {
    try {
      return this.#request(path);
    } catch (error) {
      throw fail("BRIDGE_LINK_DOWN", {}, error);
    }
  }

  #request(path: string): ClientHttp2Stream {
    const stream = this.#session.request({ ":method": "POST", ":path": path }, { endStream: false });
    // Reported through the end of the body or the close of the stream as well.
    stream.on("error", () => {});
    return stream;
  }
}
