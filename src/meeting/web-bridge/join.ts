import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { type Log, TurnpikeError, textOf } from "#base";
import type { ClientOrigin, GuestError, JoinAnswer, JoinRequest } from "#bridge-link";
import type { WebBridgeContext } from "./context.ts";
import { fail } from "./errors.ts";
import { guestError, statusOf } from "./guest-error.ts";
import { sessionOf } from "./session.ts";

/** An empty field of the form is the same as none. */
const optionalText = (max: number) =>
  z
    .string()
    .max(max)
    .optional()
    .transform((text) => text || undefined);

/** Without what people put between the digits of a meeting ID. */
const digits = z
  .string()
  .max(100)
  .transform((text) => text.replace(/[\s-]/g, ""))
  .refine((text) => /^\d{1,40}$/.test(text));

/** "board.room", "board.room@example.com", "sip:board.room@example.com": only the user part counts. */
const uri = z
  .string()
  .max(300)
  .transform(
    (text) =>
      text
        .trim()
        .replace(/^sips?:/i, "")
        .split("@")[0]!,
  )
  .refine((text) => /^[^\s@"<>]{1,200}$/u.test(text));

const joinBody = z.object({
  callId: digits.optional(),
  uri: uri.optional(),
  name: z
    .string()
    .max(400)
    .transform((text) => text.replace(/[\p{Cc}\p{Cf}]/gu, "").trim())
    .refine((text) => text.length >= 1 && text.length <= 80),
  secret: optionalText(100),
  passcode: optionalText(64),
  returning: optionalText(8192),
  ahead: z.boolean().optional(),
});

/** What the guest is told of each field, in place of the table's general sentence. */
const FIELD_SENTENCES: Readonly<Record<string, string>> = {
  callId: "A meeting ID is made of digits. Please check it.",
  uri: "That is no meeting address. Please check it.",
  name: "Please enter your name, with at most 80 characters.",
  secret: "The meeting link is not complete. Please copy it again.",
  passcode: "The passcode is too long. Please check it.",
};

type Refusal = GuestError & { readonly field?: string };

/** `POST /api/join` {callId or uri, name, secret?, passcode?, returning?, ahead?}: 200 with a JoinAnswer, or {error}. */
export function serveJoin(app: FastifyInstance, context: WebBridgeContext): void {
  app.post("/api/join", async (request, reply) => {
    const origin = context.originOf(request.raw);
    const log = context.log.with({ traceId: origin.traceId, address: origin.address, via: origin.via });
    const body = joinBody.safeParse(request.body);
    if (!body.success) return refuse(reply, badField(String(body.error.issues[0]?.path[0] ?? "body"), origin), log);
    const where = body.data.callId ?? body.data.uri;
    if (where === undefined) return refuse(reply, badField("callId", origin), log);
    return answer(reply, compact(where, body.data, sessionOf(request)), origin, { ...context, log });
  });
}

/** For bodies that are no JSON, too long or of another type, which no handler has seen. */
export function badBody(request: FastifyRequest, reply: FastifyReply, context: WebBridgeContext, why: string) {
  const origin = context.originOf(request.raw);
  context.log.info("request refused", { traceId: origin.traceId, address: origin.address, why });
  return refuse(reply, badField("body", origin), context.log);
}

async function answer(reply: FastifyReply, request: JoinRequest, origin: ClientOrigin, context: WebBridgeContext) {
  const { log } = context;
  log.info("guest join request", { callId: request.callId, shows: shownBy(request) });
  try {
    return sendJoinAnswer(reply, await context.callBridge().join(request, origin), log);
  } catch (error) {
    const code = error instanceof TurnpikeError ? error.code : "WEB_BRIDGE_FAILED";
    log.error("guest join request failed", { code, why: textOf(error) });
    return refuse(reply, guestError(error, origin.traceId), log);
  }
}

/** Also what the lobby answers with. */
export function sendJoinAnswer(reply: FastifyReply, joined: JoinAnswer, log: Log) {
  if (joined.result === "refused") return refuse(reply, joined.error, log);
  const { callId } = joined.space;
  log.info(joined.result === "admitted" ? "guest admitted" : "guest waits in the lobby", {
    callId,
    participant: joined.participant.identity,
  });
  return reply.header("cache-control", "no-store").send(joined);
}

export function refuse(reply: FastifyReply, error: Refusal, log: Log) {
  log.info("guest join request refused", { code: error.code, ...(error.field ? { field: error.field } : {}) });
  if (error.retryAfter !== undefined) reply.header("retry-after", String(Math.ceil(error.retryAfter)));
  return reply.code(statusOf(error.code)).header("cache-control", "no-store").send({ error });
}

export function badField(field: string, { traceId }: ClientOrigin): Refusal {
  const general = guestError(fail("JOIN_BAD_REQUEST", { field, why: "is not valid" }), traceId);
  return { ...general, message: FIELD_SENTENCES[field] ?? general.message, field };
}

function shownBy({ secret, passcode }: JoinRequest): string {
  return [secret && "secret", passcode && "passcode"].filter(Boolean).join("+") || "nothing";
}

function compact(callId: string, body: z.output<typeof joinBody>, session: string | undefined): JoinRequest {
  const { name, secret, passcode, returning, ahead } = body;
  return {
    callId,
    name,
    ...(secret ? { secret } : {}),
    ...(passcode ? { passcode } : {}),
    ...(returning ? { returning } : {}),
    ...(session ? { session } : {}),
    ...(ahead ? { ahead } : {}),
  };
}
