import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";
import { TurnpikeError, textOf } from "#base";
import { fail } from "../errors.ts";
import type { Begun } from "./begun.ts";
import type { Provider, Providers } from "./provider.ts";

export const CALLBACK_PATH = "/auth/oidc/callback";

export interface Claims {
  readonly sub: string;
  readonly [claim: string]: unknown;
}

/** Where to send the browser, and what to remember. Rejects with SIGN_IN_PROVIDER_DOWN. */
export async function beginAt(
  provider: Provider,
  all: Providers,
  redirectUri: string,
  returnTo: string,
): Promise<{ readonly location: string; readonly begun: Begun }> {
  const begun = {
    provider: provider.id,
    state: randomState(),
    nonce: randomNonce(),
    verifier: randomPKCECodeVerifier(),
    returnTo,
  };
  const scope = [...new Set(["openid", ...provider.scopes.split(/\s+/).filter(Boolean)])].join(" ");
  const challenge = await calculatePKCECodeChallenge(begun.verifier);
  const location = await atProvider(provider, "SIGN_IN_PROVIDER_DOWN", all, async (configuration) =>
    buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope,
      state: begun.state,
      nonce: begun.nonce,
      code_challenge: challenge,
      code_challenge_method: "S256",
    }),
  );
  return { location: location.href, begun };
}

/**
 * Exchanges the code for what the provider says of the person. State, nonce, PKCE, issuer (RFC 9207), audience, signature
 * and times are checked. Rejects with SIGN_IN_PROVIDER_REFUSED.
 */
export function finishAt(
  provider: Provider,
  all: Providers,
  redirectUri: string,
  query: Readonly<Record<string, string>>,
  begun: Begun,
): Promise<Claims> {
  return atProvider(provider, "SIGN_IN_PROVIDER_REFUSED", all, async (configuration) => {
    const url = new URL(redirectUri);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const tokens = await authorizationCodeGrant(configuration, url, {
      expectedState: begun.state,
      expectedNonce: begun.nonce,
      pkceCodeVerifier: begun.verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims() as Claims;
    const wanted = [provider.jidClaim, provider.nameClaim, provider.emailClaim];
    if (wanted.every((claim) => claims[claim] !== undefined)) return claims;
    if (!configuration.serverMetadata().userinfo_endpoint) return claims;
    return { ...(await fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims };
  });
}

async function atProvider<T>(
  provider: Provider,
  code: "SIGN_IN_PROVIDER_DOWN" | "SIGN_IN_PROVIDER_REFUSED",
  all: Providers,
  run: (configuration: Configuration) => Promise<T>,
): Promise<T> {
  try {
    return await all.use(provider, run);
  } catch (error) {
    if (error instanceof TurnpikeError) throw error;
    throw fail(code, { name: JSON.stringify(provider.name), why: words(error) }, error);
  }
}

/** The library's errors name no secret; the cause says more than "something went wrong". */
function words(error: unknown): string {
  const { cause, error: answer } = error as { cause?: unknown; error?: unknown };
  const more = typeof answer === "string" ? answer : cause instanceof Error ? cause.message : "";
  return [textOf(error), more].filter(Boolean).join(": ").slice(0, 300);
}
