import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect, isIP } from "node:net";
import { text } from "node:stream/consumers";
import { WebSocket } from "ws";
import { type Scope, textOf } from "#base";
import { proxyErrors } from "#proxy";
import { type Check, good, type Place, warn } from "../contract.ts";
import { fail } from "../errors.ts";

const WITHIN_MS = 5000;

/** Guests who type the bare name. Not without it: it is a warning. */
export const redirect: Check<Place> = {
  name: "redirect",
  title: ({ ports }) => `TCP ${ports.http}, redirect`,
  run: async ({ address, joinHost, ports }, scope) => {
    const { http: port, https } = ports;
    const expected = `https://${authority(joinHost, https)}/`;
    try {
      const options = { host: address, port, path: "/", headers: { host: authority(joinHost, port, 80) } };
      const { statusCode: status, headers } = await answer(httpRequest({ ...options, agent: false }), scope);
      const location = headers.location ?? "";
      if (location.startsWith(expected)) return good(`${status} to ${location}`);
      return warn(fail("DOCTOR_REDIRECT", { status, location, expected }));
    } catch (error) {
      return warn(fail("DOCTOR_PORT_CLOSED", { port, address, why: textOf(error) }, error));
    }
  },
};

export const tcp: Check<Place> = {
  name: "tcp",
  title: ({ ports }) => `TCP ${ports.https}`,
  run: async ({ address, ports }, scope) => {
    const socket = connect({ host: address, port: ports.https });
    scope.defer(() => void socket.destroy());
    try {
      await once(socket, "connect", { signal: AbortSignal.timeout(WITHIN_MS) });
      return good("open");
    } catch (error) {
      throw fail("DOCTOR_PORT_CLOSED", { port: ports.https, address, why: whyOf(error) }, error);
    }
  },
};

/** Edge, tunnel, core and Web Bridge in one request. */
export const webBridge: Check<Place> = {
  name: "web-bridge",
  needs: "tcp",
  title: () => "HTTP through the tunnel",
  run: async (place, scope) => {
    const response = await answer(
      httpsRequest({ ...secure(place), path: "/api/health", headers: { host: hostOf(place) } }),
      scope,
    ).catch((error: unknown) => {
      throw fail("DOCTOR_TLS_FAILED", { address: place.address, why: whyOf(error) }, error);
    });
    const body = await text(response);
    const status = response.statusCode ?? 0;
    const code = String(response.headers["x-turnpike-error"] ?? "");
    if (status >= 500 || code) throw fail("DOCTOR_ROAD", { status, code, remedy: remedyOf(code) });
    const links = bridgeLinksOf(body);
    if (links === undefined) return good(`${status}; not a Web Bridge of Turnpike`);
    if (links === 0) throw fail("DOCTOR_NO_CALL_BRIDGE");
    return good(`${status}; ${links} Call Bridge${links === 1 ? "" : "s"}`);
  },
};

/** The meeting's signalling. A Web Bridge that asks for a token has seen the upgrade: the whole road lets it pass. */
export const webSocket: Check<Place> = {
  name: "websocket",
  needs: "tcp",
  title: () => "WebSocket",
  run: async (place, scope) => {
    const { host, port, ...options } = secure(place);
    const url = `wss://${isIP(host) === 6 ? `[${host}]` : host}:${port}/rtc/v1`;
    const headers = { host: hostOf(place) };
    const origin = `https://${hostOf(place)}`;
    const socket = new WebSocket(url, { ...options, headers, origin, handshakeTimeout: WITHIN_MS });
    scope.defer(() => void socket.terminate());
    const { promise, resolve } = Promise.withResolvers<{ readonly status: number; readonly why: string }>();
    socket.on("open", () => resolve({ status: 101, why: "" }));
    socket.on("unexpected-response", (_, { statusCode = 0, headers: got }) =>
      resolve({ status: statusCode, why: String(got["x-turnpike-error"] ?? "") }),
    );
    socket.on("error", (error) => resolve({ status: 0, why: textOf(error) }));
    const { status, why } = await promise;
    if (status === 101) return good("101, upgraded");
    if (status === 401 && why === "") return good("401, the Web Bridge asks for a token");
    throw fail("DOCTOR_WEBSOCKET", { why: [status || "", why].join(" ").trim() });
  },
};

/** The certificate is the business of a check of its own: here the rest is tried whatever it says. */
function secure({ address, joinHost, ports }: Place) {
  const name = isIP(joinHost) ? {} : { servername: joinHost };
  return { host: address, port: ports.https, ...name, rejectUnauthorized: false, agent: false as const };
}

const hostOf = ({ joinHost, ports }: Place): string => authority(joinHost, ports.https);

function authority(host: string, port: number, standard = 443): string {
  const name = isIP(host) === 6 ? `[${host}]` : host;
  return port === standard ? name : `${name}:${port}`;
}

async function answer(call: ReturnType<typeof httpRequest>, scope: Scope): Promise<IncomingMessage> {
  scope.defer(() => void call.destroy());
  call.on("error", () => {});
  call.end();
  const [response] = await once(call, "response", { signal: AbortSignal.timeout(WITHIN_MS) });
  return response;
}

/** The part of the edge or the core that refused says by its code what to do. */
function remedyOf(code: string): string {
  const row = (proxyErrors as Record<string, { readonly remedy: string } | undefined>)[code];
  return row?.remedy ?? "look at the pages of the core and of the Web Bridge behind it";
}

function bridgeLinksOf(body: string): number | undefined {
  try {
    const { bridgeLinks } = JSON.parse(body) as { bridgeLinks?: unknown };
    return typeof bridgeLinks === "number" ? bridgeLinks : undefined;
  } catch {
    return undefined;
  }
}

export function whyOf(error: unknown): string {
  return (error as Error).name === "AbortError" ? "no answer" : textOf(error);
}
