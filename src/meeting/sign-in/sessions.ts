import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import type { Clock } from "#base";
import type { ObjectReader, Storage, StoredObject } from "#storage";
import { numberField, textField } from "./fields.ts";

const AUDIENCE = "turnpike-user";
const ISSUER = "turnpike";
const ALGORITHM = "HS256";
const MAX_TOKEN = 4096;
/** Characters of `revokedSessions`, a few below what the field holds. */
const MAX_REVOKED = 3900;

interface Session {
  readonly id: string;
  readonly userId: string;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
  /** Seconds since 1970. */
  readonly end: number;
  /** Of the password with which it began. */
  readonly password: string;
}

export interface IssuedSession {
  readonly id: string;
  readonly token: string;
}

/** Sessions of users: JWTs with a key and an audience of their own, which other tokens of this server never pass for. */
export class Sessions {
  readonly #storage: Storage;
  readonly #key: Uint8Array;
  readonly #clock: Clock;
  readonly #seconds: number;

  constructor(storage: Storage, signingKey: Uint8Array, clock: Clock, hours: number) {
    this.#storage = storage;
    this.#key = derivedKey(signingKey, "turnpike user session");
    this.#clock = clock;
    this.#seconds = hours * 3600;
  }

  async issue(user: StoredObject): Promise<IssuedSession> {
    const id = randomBytes(12).toString("base64url");
    const now = this.#clock.now();
    const seconds = Math.floor(now / 1000);
    const token = await new SignJWT({ at: now, pw: this.#fingerprint(user) })
      .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(user.id)
      .setJti(id)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + this.#seconds)
      .sign(this.#key);
    return { id, token };
  }

  /** Its user, as long as the session has not ended: by time, sign-out, a new password, or removal of the user. */
  async userOf(token: string | undefined): Promise<StoredObject | undefined> {
    const session = token === undefined ? undefined : await this.#read(token);
    const user = session && (await this.#storage.get("user", session.userId));
    if (!user || session.begunAt < numberField(user, "sessionsValidFrom", 0)) return undefined;
    if (revokedOf(user).some(({ id }) => id === session.id)) return undefined;
    if (session.password !== this.#fingerprint(user)) return undefined;
    return (await mayStillComeIn(this.#storage, user)) ? user : undefined;
  }

  /** Signs out, for every Call Bridge on this storage. When very many have been, all sessions of the user end. */
  async end(token: string): Promise<StoredObject | undefined> {
    const session = await this.#read(token);
    if (!session) return undefined;
    return this.#storage.change(async (writer) => {
      const user = await writer.get("user", session.userId);
      if (!user) return undefined;
      const now = this.#clock.now() / 1000;
      const rest = revokedOf(user).filter(({ id, end }) => end > now && id !== session.id);
      const text = [...rest, session].map(({ id, end }) => `${id}.${end.toString(36)}`).join(" ");
      const fields =
        text.length <= MAX_REVOKED
          ? { revokedSessions: text }
          : { revokedSessions: undefined, sessionsValidFrom: this.#clock.now() + 1 };
      return writer.update("user", user.id, fields);
    });
  }

  async #read(token: string): Promise<Session | undefined> {
    if (token.length > MAX_TOKEN) return undefined;
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ["sub", "jti", "exp"],
        currentDate: new Date(this.#clock.now()),
      });
      const { sub, jti, exp, at, pw } = payload;
      return { id: jti!, userId: sub!, end: exp!, begunAt: at as number, password: pw as string };
    } catch {
      return undefined;
    }
  }

  /** Changes with the password; says nothing about it. */
  #fingerprint(user: StoredObject): string {
    return createHmac("sha256", this.#key)
      .update(textField(user, "passwordHash") ?? "")
      .digest("base64url")
      .slice(0, 22);
  }
}

export function derivedKey(signingKey: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", signingKey, "", purpose, 32));
}

/** Who came from a directory or a provider goes with it. */
async function mayStillComeIn(reader: ObjectReader, user: StoredObject): Promise<boolean> {
  const { source, ldapSource, identityProvider } = user.fields;
  if (source === "ldap") return ldapSource !== undefined;
  if (source !== "oidc") return true;
  const provider = identityProvider && (await reader.get("identityProvider", String(identityProvider)));
  return Boolean(provider && provider.fields.enabled !== false);
}

function revokedOf(user: StoredObject): { readonly id: string; readonly end: number }[] {
  const text = textField(user, "revokedSessions") ?? "";
  return text.split(" ").flatMap((entry) => {
    const [id, end] = entry.split(".");
    return id && end ? [{ id, end: Number.parseInt(end, 36) }] : [];
  });
}
