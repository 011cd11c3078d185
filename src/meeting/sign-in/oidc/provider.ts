import {
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  type ServerMetadata,
} from "openid-client";
import { Agent, fetch } from "undici";
import type { Clock } from "#base";
import type { Storage, StoredObject } from "#storage";
import { fail } from "../errors.ts";
import { flagField, textField } from "../fields.ts";
import type { Network } from "../network.ts";

/** Seconds for one answer of a provider, and between its clock and ours. */
const ANSWER_S = 10;
const CLOCK_SLACK_S = 30;
/** Bytes of one answer. */
const MAX_ANSWER = 1024 * 1024;
/** How long what a provider says of itself is believed. */
const METADATA_LIFE_MS = 10 * 60_000;

/** The identityProvider object. */
export interface Provider {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly scopes: string;
  readonly jidClaim: string;
  readonly nameClaim: string;
  readonly emailClaim: string;
  readonly caCertificate: string | undefined;
}

export interface Providers {
  /** Those that are offered, by name. */
  list(): Promise<readonly Provider[]>;
  /** Throws SIGN_IN_NO_PROVIDER. */
  get(id: string): Promise<Provider>;
  /** Runs with a connection to the provider that ends afterwards. */
  use<T>(provider: Provider, run: (configuration: Configuration) => Promise<T>): Promise<T>;
}

export function providers(storage: Storage, network: Network, clock: Clock): Providers {
  const known = new Map<string, { readonly metadata: ServerMetadata; readonly until: number }>();
  return {
    list: async () => {
      const { objects } = await storage.list("identityProvider");
      return objects.filter((object) => flagField(object, "enabled", true)).map(providerOf);
    },
    get: async (id) => {
      const object = await storage.get("identityProvider", id);
      if (!object || !flagField(object, "enabled", true)) throw fail("SIGN_IN_NO_PROVIDER");
      return providerOf(object);
    },
    use: async (provider, run) => {
      const agent = agentFor(provider, network);
      const request = fetchWith(agent);
      try {
        const key = JSON.stringify([provider.issuer, provider.clientId, provider.caCertificate]);
        let entry = known.get(key);
        if (!entry || entry.until < clock.now()) {
          entry = { metadata: await discover(provider, request), until: clock.now() + METADATA_LIFE_MS };
          known.set(key, entry);
        }
        return await run(configurationOf(provider, entry.metadata, request));
      } finally {
        await agent.destroy();
      }
    },
  };
}

async function discover(provider: Provider, request: CustomFetch): Promise<ServerMetadata> {
  const options = { [customFetch]: request, timeout: ANSWER_S };
  const { clientId, issuer } = provider;
  return (await discovery(new URL(issuer), clientId, undefined, None(), options)).serverMetadata();
}

/**
 * Made anew for each sign-in: its keys (JWKS) are then fetched anew too, and a provider may change them at any time. The
 * ID token's signature is checked although it comes over TLS (OpenID Connect Core 3.1.3.7 would let us leave it out).
 */
function configurationOf(provider: Provider, metadata: ServerMetadata, request: CustomFetch): Configuration {
  const { clientId, clientSecret } = provider;
  const methods = metadata.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  const byHeader = methods.includes("client_secret_basic");
  const secret = clientSecret === undefined ? None() : (byHeader ? ClientSecretBasic : ClientSecretPost)(clientSecret);
  const configuration = new Configuration(metadata, clientId, { [clockTolerance]: CLOCK_SLACK_S }, secret);
  configuration[customFetch] = request;
  configuration.timeout = ANSWER_S;
  enableNonRepudiationChecks(configuration);
  return configuration;
}

function agentFor({ caCertificate }: Provider, { lookup }: Network): Agent {
  const trust = caCertificate === undefined ? {} : { ca: caCertificate };
  return new Agent({ maxResponseSize: MAX_ANSWER, connect: { ...trust, ...(lookup ? { lookup } : {}) } });
}

/** undici's own `fetch`, which is the global one but for its types: the global one takes no agent of this version. */
function fetchWith(dispatcher: Agent): CustomFetch {
  return async (url, options) =>
    (await fetch(url, { ...(options as object), dispatcher })) as unknown as globalThis.Response;
}

function providerOf(object: StoredObject): Provider {
  const issuer = textField(object, "issuer") ?? "";
  return {
    id: object.id,
    name: textField(object, "name") ?? issuer,
    issuer,
    clientId: textField(object, "clientId") ?? "",
    clientSecret: textField(object, "clientSecret"),
    scopes: textField(object, "scopes") ?? "openid profile email",
    jidClaim: textField(object, "jidClaim") ?? "email",
    nameClaim: textField(object, "nameClaim") ?? "name",
    emailClaim: textField(object, "emailClaim") ?? "email",
    caCertificate: textField(object, "caCertificate"),
  };
}
