import { isIP } from "node:net";
import type { Authorization, Order } from "acme-client";
import type { Log, Scope } from "#base";
import type { AcmeSettings } from "../contract.ts";
import { fail } from "../errors.ts";
import type { Pair } from "../issue.ts";
import { checkServable, loadCertificates, splitCertificates } from "../load.ts";
import { makeRequest } from "../request.ts";
import { Account } from "./account.ts";
import type { Challenges } from "./challenges.ts";
import { AcmeServer, type Challenge } from "./client.ts";
import { AcmeFailure } from "./failure.ts";
import { type AcmeProblem, isKind, problemError } from "./problem.ts";

export interface OrderContext {
  readonly challenges: Challenges;
  readonly scope: Scope;
  readonly log: Log;
}

/** How long the server may think, ms, and how often it is asked in that time: more and more seldom. */
const DECIDE_MS = 120_000;
const POLL_MS = { first: 250, longest: 5000 } as const;

/** RFC 8555 7.1: account, order, challenges, finalisation, certificate. Rejects with AcmeFailure. */
export async function orderCertificate(
  settings: AcmeSettings,
  names: readonly string[],
  context: OrderContext,
): Promise<Pair> {
  const account = new Account(settings.folder, settings.directory, settings.email);
  const { server, order } = await begin(settings, account, names, context);
  const given: (() => void)[] = [];
  try {
    for (const authorization of await server.authorizations(order))
      if (authorization.status === "pending") given.push(await answer(server, authorization, context));
    await decided(server, order, context);
    const { request, key } = await makeRequest(names, true);
    await server.finalize(order, request);
    const done = await until(context.scope, async () => {
      const seen = await server.refresh(order);
      if (seen.status === "invalid") throw refused(seen);
      return seen.status === "valid" ? seen : undefined;
    });
    const certificate = await server.download(done);
    return checked({ certificate, key });
  } finally {
    for (const take of given) take();
  }
}

/** With the account that is known; if the server has forgotten it, with a new one. */
async function begin(
  { directory, email, ca }: AcmeSettings,
  account: Account,
  names: readonly string[],
  { scope, log }: OrderContext,
): Promise<{ readonly server: AcmeServer; readonly order: Order }> {
  const trusted = ca === undefined ? undefined : loadCertificates(ca);
  const identifiers = names.map((value) => ({ type: isIP(value) ? "ip" : "dns", value }));
  const open = (accountUrl: string | undefined) =>
    AcmeServer.open({ directory, accountKey: account.key, accountUrl, ca: trusted, signal: scope.signal, log });
  const known = account.url;
  if (known) {
    const server = await open(known);
    try {
      return { server, order: await server.order(identifiers) };
    } catch (error) {
      if (!isKind(server.refusal, "accountDoesNotExist")) throw error;
      log.warn("the ACME server does not know the account any more; a new one is made", { directory });
    }
  }
  const server = await open(undefined);
  account.registered(await server.register(email));
  return { server, order: await server.order(identifiers) };
}

/** HTTP-01, RFC 8555 8.3. Returns what takes the answer away. */
async function answer(server: AcmeServer, authorization: Authorization, context: OrderContext): Promise<() => void> {
  const challenge = authorization.challenges.find(({ type }) => type === "http-01");
  const name = authorization.identifier.value;
  if (!challenge)
    throw new AcmeFailure(fail("CERTIFICATE_ACME_NAME_REFUSED", { name, why: "it offers no HTTP-01 challenge" }));
  const take = context.challenges.add(challenge.token, await server.keyAuthorization(challenge));
  try {
    if (challenge.status === "pending") await server.ready(challenge);
  } catch (error) {
    take();
    throw error;
  }
  return take;
}

/** Every name is authorized. */
async function decided(server: AcmeServer, order: Order, { scope }: OrderContext): Promise<void> {
  await until(scope, async () => {
    const all = await server.authorizations(order);
    for (const one of all) if (one.status !== "valid" && one.status !== "pending") throw unauthorized(one);
    return all.every(({ status }) => status === "valid") ? true : undefined;
  });
}

function unauthorized({ identifier, challenges, status }: Authorization): AcmeFailure {
  const error = challenges.map((challenge) => (challenge as Challenge & { error?: AcmeProblem }).error).find(Boolean);
  return new AcmeFailure(problemError(error ?? { detail: `the authorization is ${status}` }, identifier.value));
}

function refused(order: Order): AcmeFailure {
  return new AcmeFailure(problemError((order as { error?: AcmeProblem }).error ?? { detail: "the order is invalid" }));
}

/** Asks until there is something. */
async function until<T>(scope: Scope, ask: () => Promise<T | undefined>): Promise<T> {
  let wait: number = POLL_MS.first;
  for (let waited = 0; waited <= DECIDE_MS; waited += wait) {
    const found = await ask();
    if (found !== undefined) return found;
    await scope.sleep(wait);
    wait = Math.min(wait * 2, POLL_MS.longest);
  }
  throw new AcmeFailure(fail("CERTIFICATE_ACME_TIMEOUT", { seconds: DECIDE_MS / 1000 }));
}

/** Nothing that cannot be served gets further. Dates are not looked at: if they are odd, it is this machine's clock. */
function checked({ certificate, key }: Pair): Pair {
  const files = { certificateFile: "its answer", keyFile: "our key" };
  try {
    const pair = { certificate: `${splitCertificates(certificate, "its answer").join("\n")}\n`, key };
    checkServable(pair, files);
    return pair;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AcmeFailure(fail("CERTIFICATE_ACME_BAD_CERTIFICATE", { why }, error));
  }
}
