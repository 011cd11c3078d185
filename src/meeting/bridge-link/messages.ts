import { z } from "zod";
import type { JoinAnswer } from "./service.ts";

/** The requests that a Web Bridge sends over a link, by HTTP/2 path. All are POST with JSON, except signalling (frames.ts). */
export const PATHS = { hello: "/hello", join: "/join", validate: "/validate", signalling: "/signalling" } as const;

/** Raised when one end could misunderstand the other. */
export const PROTOCOL = 1;
/** Bytes of a JSON body, in both directions. */
export const MAX_BODY = 65_536;

const traceId = z.string().regex(/^[0-9a-f]{16}$/);

const origin = z.object({
  address: z.union([z.ipv4(), z.ipv6()]),
  via: z.enum(["edge", "inside"]),
  traceId,
});

export const helloMessage = z.object({ protocol: z.number().int() });
export const helloAnswer = z.object({ protocol: z.literal(PROTOCOL), name: z.string().max(200) });

export const joinMessage = z.object({
  request: z.object({
    callId: z.string().regex(/^\d{9}$/),
    secret: z.string().max(200).optional(),
    passcode: z.string().max(200).optional(),
    name: z.string().min(1).max(80),
  }),
  origin,
});

export const joinAnswer: z.ZodType<JoinAnswer> = z.discriminatedUnion("admitted", [
  z.object({
    admitted: z.literal(true),
    space: z.object({ name: z.string(), callId: z.string() }),
    participant: z.object({ identity: z.string(), name: z.string() }),
    token: z.string(),
    iceServers: z.array(z.object({ urls: z.array(z.string()), username: z.string(), credential: z.string() })),
    traceId,
  }),
  z.object({
    admitted: z.literal(false),
    error: z.object({
      code: z.string(),
      message: z.string(),
      retryAfter: z.number().nonnegative().optional(),
      traceId,
    }),
  }),
]);

export const validateMessage = z.object({ token: z.string().max(8192) });
export const validateAnswer = z.object({
  status: z.union([z.literal(200), z.literal(401), z.literal(404)]),
  text: z.string().max(2000),
});

export const openMessage = z.object({
  request: z.object({ token: z.string().max(8192), query: z.record(z.string(), z.string()) }),
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
