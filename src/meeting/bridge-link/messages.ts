import { z } from "zod";
import type { ControlAction, ControlAnswer, JoinAnswer, PortalAnswer } from "./service.ts";

/** The requests that a Web Bridge sends over a link, by HTTP/2 path. All are POST with JSON, except signalling (frames.ts). */
export const PATHS = {
  hello: "/hello",
  join: "/join",
  lobby: "/lobby",
  control: "/control",
  portal: "/portal",
  validate: "/validate",
  signalling: "/signalling",
} as const;

/** Raised when one end could misunderstand the other. */
export const PROTOCOL = 2;
/** Bytes of a JSON body, in both directions: a user's list of spaces with their invitations is the longest. */
export const MAX_BODY = 1_048_576;
/** Seconds that a Call Bridge may keep someone in the lobby waiting for an answer; proxies on the road give up at 30. */
export const LOBBY_WAIT = 25;

const traceId = z.string().regex(/^[0-9a-f]{16}$/);
const token = z.string().max(8192);
const identity = z.string().max(200);

const origin = z.object({
  address: z.union([z.ipv4(), z.ipv6()]),
  via: z.enum(["edge", "inside"]),
  traceId,
});

export const helloMessage = z.object({ protocol: z.number().int() });
export const helloAnswer = z.object({ protocol: z.literal(PROTOCOL), name: z.string().max(200) });

export const joinMessage = z.object({
  request: z.object({
    callId: z
      .string()
      .regex(/^[^\s@]+$/)
      .max(200),
    secret: z.string().max(200).optional(),
    passcode: z.string().max(200).optional(),
    name: z.string().min(1).max(80),
    session: token.optional(),
    returning: token.optional(),
    ahead: z.literal(true).optional(),
  }),
  origin,
});

const guestError = z.object({
  code: z.string(),
  message: z.string(),
  retryAfter: z.number().nonnegative().optional(),
  traceId,
});
const place = {
  space: z.object({ name: z.string(), callId: z.string() }),
  participant: z.object({ identity: z.string(), name: z.string() }),
  token: z.string(),
  traceId,
};

export const joinAnswer: z.ZodType<JoinAnswer> = z.discriminatedUnion("result", [
  z.object({
    result: z.literal("admitted"),
    ...place,
    iceServers: z.array(z.object({ urls: z.array(z.string()), username: z.string(), credential: z.string() })),
  }),
  z.object({
    result: z.literal("waiting"),
    ...place,
    why: z.enum(["host-not-here", "locked", "sent-back"]),
  }),
  z.object({ result: z.literal("refused"), error: guestError }),
]);

/** The answer is a `joinAnswer`. */
export const lobbyMessage = z.object({ token, origin });

/** What a participant asks for; the Web Bridge checks it as well, before it passes it on. */
export const controlAction: z.ZodType<ControlAction> = z.discriminatedUnion("do", [
  z.object({ do: z.enum(["lock", "unlock", "endForAll", "admitAll", "muteAll"]) }),
  z.object({
    do: z.enum(["admit", "refuse", "toLobby", "remove", "makeHost", "mute", "unmute", "stopVideo", "startVideo"]),
    participant: identity,
  }),
]);
export const controlMessage = z.object({ token, action: controlAction, origin });
export const controlAnswer: z.ZodType<ControlAnswer> = z.discriminatedUnion("done", [
  z.object({ done: z.literal(true) }),
  z.object({ done: z.literal(false), error: guestError }),
]);

export const portalMessage = z.object({
  request: z.object({
    method: z.enum(["GET", "POST", "PUT", "DELETE"]),
    path: z.string().startsWith("/").max(1000),
    query: z.record(z.string(), z.string()),
    session: token.optional(),
    body: z.unknown().optional(),
  }),
  origin,
});
export const portalAnswer: z.ZodType<PortalAnswer> = z.object({
  status: z.number().int().min(200).max(599),
  body: z.unknown().optional(),
  location: z.string().max(8192).optional(),
  session: token.optional(),
}) as z.ZodType<PortalAnswer>;

export const validateMessage = z.object({ token });
export const validateAnswer = z.object({
  status: z.union([z.literal(200), z.literal(401), z.literal(404)]),
  text: z.string().max(2000),
});

export const openMessage = z.object({
  request: z.object({ token, query: z.record(z.string(), z.string()) }),
  origin,
});

/** The value if the text is JSON of this shape. */
export function parseMessage<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
