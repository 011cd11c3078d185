import { type ReadonlySignal, signal } from "@preact/signals";
import type { RoleFacts } from "./model/role.ts";
import { type Schema, type SchemaNoun, schemaOf } from "./model/schema.ts";
import { Router } from "./router.ts";
import { type FailureFacts, factsOf } from "./server/failure.ts";
import { Objects } from "./server/objects.ts";
import { findRole } from "./server/role.ts";
import { Server } from "./server/server.ts";
import { Session } from "./server/session.ts";
import type { Transport } from "./server/transport.ts";

export interface Notice {
  readonly id: number;
  readonly kind: "done" | "failed";
  readonly text: string;
}

/** How long a notice stays. Milliseconds. */
const NOTICE_STAYS = 6000;

/** What all pages share. */
export class AppState {
  readonly router: Router;
  readonly server: Server;
  readonly session: Session;
  readonly objects: Objects;
  readonly #notices = signal<readonly Notice[]>([]);
  readonly #role = signal<RoleFacts | FailureFacts | undefined>(undefined);
  readonly #schema = signal<Schema | FailureFacts | undefined>(undefined);
  #lastNotice = 0;
  #asking = false;

  constructor(transport: Transport, start: string) {
    this.server = new Server(transport);
    this.session = new Session(this.server);
    this.objects = new Objects(this.server);
    this.router = new Router(start);
  }

  get notices(): ReadonlySignal<readonly Notice[]> {
    return this.#notices;
  }

  /** Whose administration this is; undefined until it is known. */
  get role(): ReadonlySignal<RoleFacts | FailureFacts | undefined> {
    return this.#role;
  }

  /** Asked when somebody has signed in, and again after a failure. */
  async loadRole(): Promise<void> {
    try {
      this.#role.value = await findRole(this.server);
    } catch (error) {
      this.#role.value = factsOf(error);
    }
  }

  /** The nouns of the API; undefined until they are there. Asked for once, and again after a failure. */
  get schema(): ReadonlySignal<Schema | FailureFacts | undefined> {
    return this.#schema;
  }

  async loadSchema(): Promise<void> {
    if (this.#asking || this.#schema.value instanceof Map) return;
    this.#asking = true;
    try {
      const { nouns } = await this.server.get<{ nouns: readonly SchemaNoun[] }>("/api/schema");
      this.#schema.value = schemaOf(nouns);
    } catch (error) {
      this.#schema.value = factsOf(error);
    }
    this.#asking = false;
  }

  notify(kind: Notice["kind"], text: string): void {
    const id = ++this.#lastNotice;
    this.#notices.value = [...this.#notices.value, { id, kind, text }].slice(-3);
    setTimeout(() => this.dismiss(id), kind === "failed" ? NOTICE_STAYS * 2 : NOTICE_STAYS);
  }

  dismiss(id: number): void {
    this.#notices.value = this.#notices.value.filter((notice) => notice.id !== id);
  }
}
