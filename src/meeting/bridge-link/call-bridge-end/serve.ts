import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import { type Log, type Scope, textOf } from "#base";
import { readBody } from "../body.ts";
import { CLOSE, FramedStream } from "../framed-stream.ts";
import {
  controlMessage,
  helloMessage,
  joinMessage,
  lobbyMessage,
  openMessage,
  PATHS,
  PROTOCOL,
  parseMessage,
  portalMessage,
  validateMessage,
} from "../messages.ts";
import type { CallBridgeService, JoinRequest, PortalRequest } from "../service.ts";
import { hushLateErrors } from "../session.ts";

export interface ServeOptions {
  /** The Call Bridge's name, as the Web Bridge logs it. */
  readonly name: string;
  /** Id of the webBridge object at the other end. */
  readonly webBridge: string;
  readonly service: CallBridgeService;
  readonly log: Log;
  /** The Web Bridge has accepted this link. */
  readonly onHello: () => void;
}

/** Answers the requests of the Web Bridge at the other end of a link until the session ends. */
export function serveRequests(scope: Scope, session: ServerHttp2Session, options: ServeOptions): void {
  scope.on(session, "stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    // A reset by the other end is no failure of ours; whoever writes to the stream sees that it is gone.
    hushLateErrors(stream);
    const path = headers[":path"];
    if (path === PATHS.signalling) return serveSignalling(scope, stream, options);
    const answer = ANSWERS[path ?? ""];
    if (!answer) return respond(stream, 404, { why: "unknown path" });
    void serveJson(stream, answer, options);
  });
}

type Answer = (body: string, options: ServeOptions) => Promise<unknown>;

const ANSWERS: Readonly<Record<string, Answer>> = {
  [PATHS.hello]: async (body, { name, onHello }) => {
    const message = required(parseMessage(helloMessage, body));
    if (message.protocol === PROTOCOL) onHello();
    return { protocol: PROTOCOL, name };
  },
  [PATHS.join]: (body, { service, webBridge }) => {
    const { request, origin } = required(parseMessage(joinMessage, body));
    return service.join(request as JoinRequest, { ...origin, webBridge });
  },
  [PATHS.lobby]: (body, { service, webBridge }) => {
    const { token, origin } = required(parseMessage(lobbyMessage, body));
    return service.lobby(token, { ...origin, webBridge });
  },
  [PATHS.control]: (body, { service, webBridge }) => {
    const { token, action, origin } = required(parseMessage(controlMessage, body));
    return service.control(token, action, { ...origin, webBridge });
  },
  [PATHS.portal]: (body, { service, webBridge }) => {
    const { request, origin } = required(parseMessage(portalMessage, body));
    return service.portal(request as PortalRequest, { ...origin, webBridge });
  },
  [PATHS.validate]: (body, { service }) => service.validateToken(required(parseMessage(validateMessage, body)).token),
};

class BadRequest extends Error {}

function required<T>(message: T | undefined): T {
  if (message === undefined) throw new BadRequest("the message does not have the expected shape");
  return message;
}

async function serveJson(stream: ServerHttp2Stream, answer: Answer, options: ServeOptions): Promise<void> {
  try {
    respond(stream, 200, await answer(await readBody(stream), options));
  } catch (error) {
    if (!(error instanceof BadRequest)) options.log.error("request on the bridge link failed", { why: textOf(error) });
    respond(stream, error instanceof BadRequest ? 400 : 500, { why: textOf(error) });
  }
}

function respond(stream: ServerHttp2Stream, status: number, body: unknown): void {
  if (stream.destroyed || stream.headersSent) return;
  stream.respond({ ":status": status, "content-type": "application/json" });
  stream.end(JSON.stringify(body));
  stream.resume();
}

function serveSignalling(scope: Scope, stream: ServerHttp2Stream, options: ServeOptions): void {
  const { service, log, webBridge } = options;
  stream.respond({ ":status": 200, "content-type": "application/octet-stream" });
  const framed = new FramedStream(scope, stream, (body) => {
    const message = parseMessage(openMessage, body);
    if (!message) return framed.close(CLOSE.protocolError, "the opening message does not have the expected shape");
    try {
      service.openSignalling(message.request, { ...message.origin, webBridge }, framed);
    } catch (error) {
      log.error("signalling session could not be opened", { why: textOf(error), traceId: message.origin.traceId });
      framed.close(CLOSE.internalError, "the meeting server failed");
    }
  });
}
