import type { ObjectWriter, Storage, StoredObject } from "#storage";
import { fail } from "../errors.ts";
import { textField } from "../fields.ts";
import { clip, isJid } from "../jid.ts";
import { followRename } from "../user-references.ts";
import type { Claims } from "./flow.ts";
import type { Provider } from "./provider.ts";

/**
 * The user that this person is, made at the first sign-in. A person is known by the provider and its `sub`, the only
 * claim that a provider never gives to another (OpenID Connect Core 5.7): who later gets the same address is not them,
 * and a user of another origin is never taken over. Rejects with SIGN_IN_NO_JID or SIGN_IN_JID_TAKEN.
 */
export async function userOf(storage: Storage, provider: Provider, claims: Claims): Promise<StoredObject> {
  const jid = jidOf(provider, claims);
  const fields = {
    name: clip(text(claims[provider.nameClaim]), 200) ?? jid,
    email: clip(text(claims[provider.emailClaim]), 254),
    authenticationId: clip(claims.sub, 254),
  };
  return storage.change(async (writer) => {
    const { objects } = await writer.list("user", { where: { identityProvider: provider.id, subject: claims.sub } });
    const [known] = objects;
    const holder = (await writer.holders("userJid", jid)).find(({ id }) => id !== known?.id);
    if (!known) {
      if (holder) throw fail("SIGN_IN_JID_TAKEN", { name: JSON.stringify(provider.name), jid });
      return insert(writer, provider, claims.sub, { userJid: jid, ...fields });
    }
    const userJid = holder ? textField(known, "userJid")! : jid;
    const now = { ...fields, userJid };
    if (Object.entries(now).every(([name, value]) => textField(known, name) === value)) return known;
    if (textField(known, "userJid") !== userJid) await followRename(writer, known.id, userJid);
    return writer.update("user", known.id, now);
  });
}

function insert(
  writer: ObjectWriter,
  provider: Provider,
  subject: string,
  {
    email,
    authenticationId,
    ...fields
  }: {
    readonly email: string | undefined;
    readonly authenticationId: string | undefined;
    readonly userJid: string;
    readonly name: string;
  },
): Promise<StoredObject> {
  return writer.insert({
    noun: "user",
    fields: {
      ...fields,
      ...(email === undefined ? {} : { email }),
      ...(authenticationId === undefined ? {} : { authenticationId }),
      source: "oidc",
      identityProvider: provider.id,
      subject,
    },
  });
}

function jidOf(provider: Provider, claims: Claims): string {
  const jid = text(claims[provider.jidClaim])?.trim().toLowerCase();
  const unverified = provider.jidClaim === "email" && claims.email_verified === false;
  if (jid !== undefined && isJid(jid) && !unverified && claims.sub.length <= 500) return jid;
  throw fail("SIGN_IN_NO_JID", {
    name: JSON.stringify(provider.name),
    claim: unverified ? `${provider.jidClaim}, for it is not verified (email_verified)` : provider.jidClaim,
  });
}

function text(claim: unknown): string | undefined {
  return typeof claim === "string" ? claim : undefined;
}
