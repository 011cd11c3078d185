import type { Authorization, Client, Order } from "acme-client";
import type { Log } from "#base";
import { carry, type Road, roads } from "./carry.ts";
import { AcmeFailure } from "./failure.ts";
import { type AcmeProblem, isKind, problemError, roadError } from "./problem.ts";

export interface AcmeServerOptions {
  readonly directory: string;
  readonly accountKey: string;
  /** Of an account that exists. */
  readonly accountUrl?: string | undefined;
  /** PEM authorities to trust instead of the system's. */
  readonly ca?: readonly string[] | undefined;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** An ACME server, through the library; nothing else knows the library. What fails rejects with AcmeFailure. */
export class AcmeServer {
  readonly #client: Client;
  readonly #road: Road;
  readonly #directory: string;

  private constructor(client: Client, road: Road, directory: string) {
    this.#client = client;
    this.#road = road;
    this.#directory = directory;
  }

  static async open({ directory, accountKey, accountUrl, ca, signal, log }: AcmeServerOptions): Promise<AcmeServer> {
    const acme = await library();
    const client = new acme.Client({ directoryUrl: directory, accountKey, ...(accountUrl && { accountUrl }) });
    return new AcmeServer(client, { ca, signal, log, refusal: undefined }, directory);
  }

  /** Makes the account, or finds the one of this key. Gives its URL. */
  async register(email: string | undefined): Promise<string> {
    const contact = email ? { contact: [`mailto:${email}`] } : undefined;
    if (!(await this.#find()))
      await this.#ask(() => this.#client.createAccount({ termsOfServiceAgreed: true, ...contact }));
    else if (contact) await this.#ask(() => this.#client.updateAccount(contact));
    return this.#client.getAccountUrl();
  }

  /** RFC 8555 7.3.1. */
  async #find(): Promise<boolean> {
    try {
      await this.#ask(() => this.#client.createAccount({ onlyReturnExisting: true }));
      return true;
    } catch (error) {
      if (isKind(this.refusal, "accountDoesNotExist")) return false;
      throw error;
    }
  }

  order(identifiers: readonly { type: string; value: string }[]): Promise<Order> {
    return this.#ask(() => this.#client.createOrder({ identifiers: [...identifiers] }));
  }

  refresh(order: Order): Promise<Order> {
    return this.#ask(() => this.#client.getOrder(order));
  }

  authorizations(order: Order): Promise<Authorization[]> {
    return this.#ask(() => this.#client.getAuthorizations(order));
  }

  keyAuthorization(challenge: Challenge): Promise<string> {
    return this.#client.getChallengeKeyAuthorization(challenge);
  }

  /** The server may fetch the answer now. */
  async ready(challenge: Challenge): Promise<void> {
    await this.#ask(() => this.#client.completeChallenge(challenge));
  }

  async finalize(order: Order, request: string): Promise<void> {
    await this.#ask(() => this.#client.finalizeOrder(order, request));
  }

  /** PEM, with its chain. */
  download(order: Order): Promise<string> {
    return this.#ask(() => this.#client.getCertificate(order));
  }

  /** The refusal of the last request that failed. */
  get refusal(): AcmeProblem | undefined {
    return this.#road.refusal?.problem;
  }

  async #ask<T>(run: () => Promise<T>): Promise<T> {
    this.#road.refusal = undefined;
    try {
      return await roads.run(this.#road, run);
    } catch (error) {
      this.#road.signal.throwIfAborted();
      const { refusal } = this.#road as Road;
      if (refusal) throw new AcmeFailure(problemError(refusal.problem), refusal.askedMs);
      throw new AcmeFailure(roadError(error, this.#directory));
    }
  }
}

export type Challenge = Authorization["challenges"][number];

let loaded: Promise<typeof import("acme-client")> | undefined;

/** Loaded on first use, and its one HTTP client taught whose request it carries. */
function library(): Promise<typeof import("acme-client")> {
  loaded ??= import("acme-client").then(({ default: acme }) => {
    teach(acme);
    return acme;
  });
  return loaded;
}

function teach({ axios, setLogger }: typeof import("acme-client")): void {
  setLogger((message) => roads.getStore()?.log.debug("ACME", { message }));
  Object.assign(axios.defaults, { adapter: carry });
}
