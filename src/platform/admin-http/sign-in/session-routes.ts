import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Clock } from "#base";
import type { Accounts } from "../accounts/accounts.ts";
import type { Account } from "../accounts/file.ts";
import { checkPassword, hashPassword } from "../accounts/password.ts";
import type { AuditTrail } from "../audit.ts";
import { fail } from "../errors.ts";
import { readBody } from "../routes.ts";
import { COOKIE, checkForged, type Guard, type Identity } from "./guard.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { SignIn } from "./sign-in.ts";
import { newTotp, totpStep } from "./totp.ts";

export interface SessionParts {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly guard: Guard;
  readonly audit: AuditTrail;
  readonly clock: Clock;
}

const text = (max: number) => z.string().min(1).max(max);
const signInBody = z.strictObject({ username: text(64), password: text(256), code: z.string().max(16).optional() });
const codeBody = z.strictObject({ code: text(16) });
const passwordBody = z.strictObject({ password: text(256) });
const newPasswordBody = z.strictObject({ password: text(256), newPassword: text(256) });

/** Sign-in and what a person does with the own account. docs/protocol/administration.md lists them. */
export function addSessionRoutes(server: FastifyInstance, parts: SessionParts): void {
  server.get("/api/session", async (request) => describe(parts, await someone(parts, request)));
  server.post("/api/session", (request, reply) => open(parts, request, reply));
  server.delete("/api/session", (request, reply) => close(parts, request, reply));
  server.put("/api/session/password", (request, reply) => changePassword(parts, request, reply));
  server.post("/api/session/totp", (request) => beginTotp(parts, request));
  server.post("/api/session/totp/confirm", (request) => confirmTotp(parts, request));
  server.delete("/api/session/totp", (request) => removeTotp(parts, request));
}

async function open(parts: SessionParts, request: FastifyRequest, reply: FastifyReply) {
  // Also without a session: nobody shall be signed in as somebody else by another site's page.
  checkForged(request, true);
  const { username, password, code } = readBody(signInBody, request.body);
  const { accounts, sessions, signIn, audit } = parts;
  if (accounts.empty) throw fail("ADMIN_NO_ACCOUNTS");
  const account = await signIn.toPages({ name: username, password, code }, request.ip);
  const before = sessions.find(request.cookies[COOKIE] ?? "");
  if (before) sessions.end(before);
  const { name: who, role } = account;
  audit.add({ what: "signed in", who, role, via: "session", from: request.ip });
  return answerWith(parts, reply, account);
}

/** A new id each time: one that somebody put into the browser before is worth nothing. */
function answerWith({ sessions }: SessionParts, reply: FastifyReply, account: Account) {
  const id = sessions.open(account);
  reply.setCookie(COOKIE, id, { path: "/", secure: true, httpOnly: true, sameSite: "strict" });
  const session = sessions.find(id);
  return { administrator: administratorOf(account), ...(session ? { session: sessions.endsOf(session) } : {}) };
}

async function close(parts: SessionParts, request: FastifyRequest, reply: FastifyReply) {
  const identity = await parts.guard.identify(request);
  reply.clearCookie(COOKIE, { path: "/", secure: true, httpOnly: true, sameSite: "strict" });
  if (identity?.session) {
    parts.sessions.end(identity.session);
    const { name: who, role } = identity.administrator;
    parts.audit.add({ what: "signed out", who, role, via: "session", from: request.ip });
  }
  return {};
}

async function changePassword(parts: SessionParts, request: FastifyRequest, reply: FastifyReply) {
  const { account, session } = await inSession(parts, request);
  const { password, newPassword } = readBody(newPasswordBody, request.body);
  await parts.signIn.again(account.name, password, request.ip);
  checkPassword(newPassword);
  const passwordHash = await hashPassword(newPassword);
  await parts.accounts.change(account.name, (now) => ({ ...now, passwordHash, changedAt: parts.clock.now() }));
  parts.sessions.end(session);
  return answerWith(parts, reply, parts.accounts.find(account.name) ?? account);
}

async function beginTotp(parts: SessionParts, request: FastifyRequest) {
  const { account, session } = await inSession(parts, request);
  if (account.totp) throw fail("ADMIN_TOTP_ON");
  const totp = newTotp(account.name);
  parts.sessions.enrol(session, totp.secret);
  return totp;
}

async function confirmTotp(parts: SessionParts, request: FastifyRequest) {
  const { account, session } = await inSession(parts, request);
  const { code } = readBody(codeBody, request.body);
  if (account.totp) throw fail("ADMIN_TOTP_ON");
  const secret = parts.sessions.enrolling(session);
  if (!secret) throw fail("ADMIN_TOTP_NOT_BEGUN");
  const now = parts.clock.now();
  const lastStep = totpStep(secret, code, now, 0);
  if (lastStep === undefined) throw fail("ADMIN_CODE_WRONG");
  await parts.accounts.change(account.name, (own) => ({ ...own, totp: { secret, lastStep }, changedAt: now }));
  session.enrolment = undefined;
  // Whoever signed in with the password alone shall do so again.
  parts.sessions.endOthers(session);
  return describe(parts, await inSession(parts, request));
}

async function removeTotp(parts: SessionParts, request: FastifyRequest) {
  const { account } = await inSession(parts, request);
  const { password } = readBody(passwordBody, request.body);
  await parts.signIn.again(account.name, password, request.ip);
  const changedAt = parts.clock.now();
  await parts.accounts.change(account.name, ({ totp: _, ...own }) => ({ ...own, changedAt }));
  return describe(parts, await inSession(parts, request));
}

function describe({ accounts, sessions }: SessionParts, { account, session }: Pick<Identity, "account" | "session">) {
  const administrator = administratorOf(accounts.find(account.name) ?? account);
  return { administrator, ...(session ? { session: sessions.endsOf(session) } : {}) };
}

function administratorOf({ name, role, totp }: Account) {
  return { name, role, totp: totp !== undefined };
}

async function someone({ guard, accounts }: SessionParts, request: FastifyRequest): Promise<Identity> {
  const identity = await guard.identify(request);
  if (!identity) throw fail(accounts.empty ? "ADMIN_NO_ACCOUNTS" : "ADMIN_SIGN_IN");
  return identity;
}

async function inSession(
  parts: SessionParts,
  request: FastifyRequest,
): Promise<Identity & { readonly session: Session }> {
  const { session, ...rest } = await someone(parts, request);
  if (!session) throw fail("ADMIN_NEEDS_SESSION");
  return { ...rest, session };
}
