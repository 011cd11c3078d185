import { type ReadonlySignal, signal } from "@preact/signals";
import { ServerFailure } from "./failure.ts";
import type { Server } from "./server.ts";

export interface Administrator {
  readonly name: string;
  readonly role: "admin" | "api" | "read-only";
  /** A code of an authenticator is asked for at sign-in. */
  readonly totp?: boolean;
}

export type SessionState =
  | { readonly state: "unknown" }
  | { readonly state: "out"; readonly why: "signed-out" | "expired" | undefined }
  /** `by`: the form was just filled in, or the session was there when the page was loaded. */
  | { readonly state: "in"; readonly administrator: Administrator; readonly by: "form" | "session" };

/** Who is signed in. */
export class Session {
  readonly #state = signal<SessionState>({ state: "unknown" });
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
    server.onSignedOut = () => this.#ended();
  }

  get state(): ReadonlySignal<SessionState> {
    return this.#state;
  }

  async find(): Promise<void> {
    try {
      const { administrator } = await this.#server.get<{ administrator?: Administrator }>("/api/session");
      this.#state.value = administrator
        ? { state: "in", administrator, by: "session" }
        : { state: "out", why: undefined };
    } catch (error) {
      const isRefused = error instanceof ServerFailure && error.facts.status === 401;
      if (isRefused || this.#state.value.state === "unknown") this.#state.value = { state: "out", why: undefined };
    }
  }

  /** Rejects with a ServerFailure. */
  async signIn(username: string, password: string, code?: string): Promise<void> {
    const credentials = { username, password, ...(code ? { code } : {}) };
    const { value } = await this.#server.change<{ administrator: Administrator }>("POST", "/api/session", credentials);
    this.#state.value = { state: "in", administrator: value.administrator, by: "form" };
  }

  async signOut(): Promise<void> {
    await this.#server.change("DELETE", "/api/session").catch(() => {});
    this.#state.value = { state: "out", why: "signed-out" };
  }

  #ended(): void {
    if (this.#state.value.state === "in") this.#state.value = { state: "out", why: "expired" };
  }
}
