import type { Duplex } from "node:stream";
import type { Scope } from "#base";
import {
  type AnswerSink,
  type Call,
  ClientConnection,
  type ClientLimits,
  ClosedUnanswered,
  LateAnswer,
} from "./client-connection.ts";

export interface PoolOptions {
  readonly connect: () => Promise<Duplex>;
  /** At most so many connections at once, besides those that change to another protocol. */
  readonly connections: number;
  readonly limits: ClientLimits;
}

/** A body on its way to the next hop: `start` is called once there is a connection to put it on. */
export interface OutgoingBody {
  readonly chunked: boolean;
  start(connection: BodyTarget): void;
}
export interface BodyTarget {
  readonly stream: Duplex;
  write(part: Buffer): boolean;
  end(): void;
}

export interface OutgoingRequest extends Call {
  readonly body?: OutgoingBody | undefined;
}

/** One request as its sender sees it. */
export interface Running {
  /** The sender takes data again. */
  resume(): void;
  /** Nobody waits for the answer any more. */
  abort(): void;
}

/** A connection that nobody uses is closed after this, unless the other side has named a time; servers close theirs after 5 s. */
const IDLE_MS = 4_000;
const SWEEP_MS = 1_000;

/** Connections to one next hop, kept for the next request. One that met an error is never used again. */
export class ClientPool {
  readonly #options: PoolOptions;
  readonly #all = new Set<ClientConnection>();
  /** The one used last at the end: the others run out of time. */
  readonly #idle: ClientConnection[] = [];
  readonly #waiting: Task[] = [];
  #connecting = 0;
  /** Connections for plain requests; each WebSocket's is besides. */
  #pooled = 0;
  #closed = false;

  constructor(scope: Scope, options: PoolOptions) {
    this.#options = options;
    scope.every(SWEEP_MS, () => this.#sweep(performance.now()));
    scope.defer(() => this.#close());
  }

  request(request: OutgoingRequest): Running {
    const task = new Task(request, true, this.#start);
    this.#start(task);
    return task;
  }

  /** On a connection of its own, which belongs to the sink if it says 101. */
  upgrade(request: OutgoingRequest): Running {
    const task = new Task(request, false, this.#start);
    void this.#open(task);
    return task;
  }

  readonly #start = (task: Task): void => {
    let connection = this.#idle.pop();
    while (connection?.stream.destroyed) connection = this.#idle.pop();
    if (connection) task.runOn(connection);
    else if (this.#pooled + this.#connecting < this.#options.connections) void this.#open(task);
    else this.#waiting.push(task);
  };

  async #open(task: Task): Promise<void> {
    const { pooled } = task;
    if (pooled) this.#connecting++;
    const stream = await this.#options.connect().catch((error: Error) => error);
    if (pooled) this.#connecting--;
    if (stream instanceof Error) task.failed(stream);
    else if (task.aborted || this.#closed) stream.destroy();
    else if (stream.destroyed) task.failed(new Error("closed as soon as it was open"));
    else this.#use(stream, task, pooled);
    if (pooled) this.#next();
  }

  #use(stream: Duplex, task: Task, pooled: boolean): void {
    const connection: ClientConnection = new ClientConnection(stream, this.#options.limits, {
      idle: () => (pooled ? this.#freed(connection) : stream.destroy()),
      closed: () => this.#forget(connection, pooled),
    });
    if (pooled) this.#pooled++;
    this.#all.add(connection);
    task.runOn(connection);
  }

  #freed(connection: ClientConnection): void {
    const next = this.#takeWaiting();
    if (next) next.runOn(connection);
    else {
      connection.idleSince = performance.now();
      this.#idle.push(connection);
    }
  }

  #forget(connection: ClientConnection, pooled: boolean): void {
    if (this.#all.delete(connection) && pooled) this.#pooled--;
    const at = this.#idle.lastIndexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#next();
  }

  /** There is room for one that waits. */
  #next(): void {
    if (this.#pooled + this.#connecting >= this.#options.connections) return;
    const next = this.#takeWaiting();
    if (next) this.#start(next);
  }

  #takeWaiting(): Task | undefined {
    for (let task = this.#waiting.shift(); task; task = this.#waiting.shift()) if (!task.aborted) return task;
    return undefined;
  }

  #sweep(now: number): void {
    for (const connection of this.#all) connection.sweep(now);
    for (const task of this.#waiting) if (now - task.since >= this.#options.limits.answerMs) task.late();
    const waiting = this.#waiting.filter(({ aborted }) => !aborted);
    this.#waiting.splice(0, this.#waiting.length, ...waiting);
    const old = this.#idle.filter(({ idleSince, keepAliveMs = IDLE_MS }) => now - idleSince >= keepAliveMs);
    for (const connection of old) connection.stream.destroy();
  }

  #close(): void {
    this.#closed = true;
    for (const task of this.#waiting.splice(0)) task.failed(new Error("closed"));
    for (const connection of this.#all) connection.stream.destroy();
  }
}

/** A request that waits for a connection, or runs on one. */
class Task implements Running, Call {
  readonly #request: OutgoingRequest;
  readonly pooled: boolean;
  readonly since = performance.now();
  readonly #again: (task: Task) => void;
  #connection: ClientConnection | undefined;
  #reused = false;
  #retried = false;
  aborted = false;

  constructor(request: OutgoingRequest, pooled: boolean, again: (task: Task) => void) {
    this.#request = request;
    this.pooled = pooled;
    this.#again = again;
  }

  get method(): string {
    return this.#request.method;
  }
  get head(): string {
    return this.#request.head;
  }
  get sink(): AnswerSink {
    return this.#request.sink;
  }

  runOn(connection: ClientConnection): void {
    const { body } = this.#request;
    this.#connection = connection;
    this.#reused = connection.served > 0;
    connection.send(this, body !== undefined);
    body?.start({
      stream: connection.stream,
      write: (part) => this.aborted || connection.write(part, body.chunked),
      end: () => this.aborted || connection.endBody(body.chunked),
    });
  }

  /** The other side closed a kept connection just as it was taken: nothing was answered, so a safe request may go again. */
  failed(error: Error): void {
    if (this.aborted) return;
    const safe = !this.#request.body && ["GET", "HEAD"].includes(this.method);
    if (error instanceof ClosedUnanswered && this.#reused && !this.#retried && safe) {
      this.#retried = true;
      this.#again(this);
    } else this.#request.failed(error);
  }

  /** It waited too long for a connection. */
  late(): void {
    if (this.aborted) return;
    this.aborted = true;
    this.#request.failed(new LateAnswer("no connection became free"));
  }

  resume(): void {
    this.#connection?.resume(this);
  }
  abort(): void {
    this.aborted = true;
    this.#connection?.abort(this);
  }
}
