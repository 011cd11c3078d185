import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair } from "jose";
import { Agent, fetch } from "undici";
import type { Scope } from "#base";
import { createAuthority, issueServer } from "#certificates";

export const CLIENT = { id: "turnpike", secret: "client-secret-of-turnpike" };

/** Claims of the account that signs in under this name. */
export type Accounts = Map<string, Record<string, unknown>>;

interface ProviderLibrary {
  readonly Provider: new (issuer: string, configuration: object) => { callback(): RequestListener };
}

/** A real OpenID provider (npm oidc-provider) on loopback HTTPS, with its development pages for sign-in and consent. */
export class OidcProvider {
  readonly accounts: Accounts = new Map();
  issuer = "";
  authority = "";
  #redirectUri = "";
  #handler: RequestListener = () => {};

  static async start(scope: Scope, redirectUri: string): Promise<OidcProvider> {
    const provider = new OidcProvider();
    const authority = await createAuthority("Provider test authority");
    const { certificate, key } = await issueServer(authority, { names: ["localhost"] });
    const server = createServer({ cert: certificate, key }, (request, response) =>
      provider.#handler(request, response),
    );
    scope.defer(() => {
      server.closeAllConnections();
      server.close();
    });
    server.listen(0, "localhost");
    await once(server, "listening");
    provider.issuer = `https://localhost:${(server.address() as AddressInfo).port}`;
    provider.authority = authority.certificate;
    provider.#redirectUri = redirectUri;
    await provider.rotateKeys();
    return provider;
  }

  /** Starts anew with other signing keys: what was signed before is good no longer. */
  async rotateKeys(): Promise<void> {
    // Without types of its own.
    const name: string = "oidc-provider";
    const { Provider } = (await import(name)) as ProviderLibrary;
    const { privateKey } = await generateKeyPair("RS256", { extractable: true });
    const kid = randomBytes(8).toString("hex");
    const library = new Provider(this.issuer, {
      clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [this.#redirectUri] }],
      jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid }] },
      cookies: { keys: [randomBytes(16).toString("hex")] },
      claims: { profile: ["name", "preferred_username"], email: ["email", "email_verified"] },
      findAccount: (_context: unknown, sub: string) => ({
        accountId: sub,
        claims: () => ({ sub, ...this.accounts.get(sub) }),
      }),
    });
    this.#handler = library.callback();
  }

  /** Does what a person does: opens the page, signs in, consents. Resolves with where the browser is sent at the end. */
  async visit(location: string, login: string): Promise<URL> {
    const browser = new Browser(this.authority);
    try {
      let step: Step = { url: new URL(location) };
      for (let steps = 0; steps < 20 && !step.url.href.startsWith(this.#redirectUri); steps++)
        step = await browser.take(step, login);
      return step.url;
    } finally {
      await browser.close();
    }
  }
}

interface Step {
  readonly url: URL;
  readonly form?: URLSearchParams;
}

class Browser {
  readonly #agent: Agent;
  readonly #cookies = new Map<string, string>();

  constructor(authority: string) {
    this.#agent = new Agent({ connect: { ca: authority } });
  }

  /** Follows a redirect, or fills the page's form in. */
  async take({ url, form }: Step, login: string): Promise<Step> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const body = form ? { method: "POST", body: form } : {};
    const response = await fetch(url, { redirect: "manual", headers: { cookie }, dispatcher: this.#agent, ...body });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      this.#cookies.set(name!, value!);
    }
    const page = await response.text();
    const next = response.headers.get("location");
    if (next) return { url: new URL(next, url) };
    const action = /action="([^"]+)"/.exec(page)?.[1];
    if (!action) throw new Error(`unexpected page (${response.status}): ${page.slice(0, 2000)}`);
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? "login";
    const answers = new URLSearchParams(prompt === "login" ? { prompt, login, password: "any" } : { prompt });
    return { url: new URL(action, url), form: answers };
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}
