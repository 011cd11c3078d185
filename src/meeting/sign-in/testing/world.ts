import { AlarmBoard } from "#alarms";
import { ManualClock, memoryLog, type Scope } from "#base";
import type { ClientOrigin, PortalAnswer, PortalRequest } from "#bridge-link";
import { memoryEventLog } from "#event-log";
import { createMember, createSpace, seedDefaults } from "#spaces";
import { type Fields, hashPassword, openTestStorage, type StoredObject } from "#storage";
import { openSignIn } from "../sign-in.ts";

export const JOIN_HOST = "join.example.com";

export function originOf(address: string): ClientOrigin {
  return { address, via: "inside", traceId: "00112233445566aa" };
}

export const INSIDE = originOf("10.0.0.7");

type Method = PortalRequest["method"];

/** Sign-in over a real storage, with the few lines that its tests say again and again. */
export async function signInWorld(scope: Scope) {
  const clock = new ManualClock(Date.now());
  const storage = await openTestStorage(scope);
  await seedDefaults(storage);
  const events = memoryEventLog(clock);
  const alarms = new AlarmBoard(clock);
  const log = memoryLog();
  const signIn = await openSignIn(scope, { storage, events, alarms, clock, log, joinHost: JOIN_HOST });

  const ask = (method: Method, path: string, more: Partial<PortalRequest> = {}, origin = INSIDE) =>
    signIn.portal({ method, path, query: {}, ...more }, origin);
  const addUser = async (userJid: string, password = "correct horse", more: Fields = {}): Promise<StoredObject> => {
    const passwordHash = await hashPassword(password);
    const fields = { userJid, name: `User ${userJid}`, source: "local", passwordHash, ...more };
    return storage.change((writer) => writer.insert({ noun: "user", fields }));
  };
  const logIn = (username: string, password = "correct horse", origin = INSIDE) =>
    ask("POST", "/auth", { body: { username, password } }, origin);
  /** A user with a session, who asks for things. */
  const person = async (userJid: string, more: Fields = {}) => {
    const user = await addUser(userJid, "correct horse", more);
    const { session } = await logIn(userJid);
    const as = (method: Method, path: string, body?: unknown, query: Record<string, string> = {}) =>
      ask(method, path, { session: session!, body, query });
    return { user, session: session!, as };
  };
  const addSpace = (name: string, owner?: string, more: Fields = {}) =>
    storage.change((writer) => createSpace(writer, { name, ownerJid: owner, ...more }));
  const addMember = (space: StoredObject, userJid: string, permissions: Fields = {}) =>
    storage.change((writer) => createMember(writer, space.id, { userJid, ...permissions }));
  return { clock, storage, events, alarms, log, signIn, ask, addUser, logIn, person, addSpace, addMember };
}

export function codeOf(answer: PortalAnswer): string | undefined {
  return (answer.body as { error?: { code: string } } | undefined)?.error?.code;
}

/** "200" or "403 PORTAL_NOT_ALLOWED". */
export function said(answer: PortalAnswer): string {
  return [answer.status, codeOf(answer)].filter(Boolean).join(" ");
}
