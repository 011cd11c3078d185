/** The two ways in which the pages talk to their server. The gallery has another with made-up answers. */
export interface Transport {
  /** Rejects only if there was no answer. */
  send(request: Request): Promise<Answer>;
  /** Server-sent events. Returns the function that ends it. */
  follow(path: string, listener: StreamListener): () => void;
}

export interface Request {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  /** Lower-case name. */
  header(name: string): string | undefined;
  readonly text: string;
}

export interface StreamListener {
  onOpen(): void;
  onMessage(data: string): void;
  /** It is over; who wants to go on begins anew. */
  onEnd(): void;
}

/** A server that is silent for so long counts as away. Milliseconds. */
const TIMEOUT = 15_000;

export const browserTransport: Transport = {
  async send({ method, path, headers = {}, body }) {
    const response = await fetch(path, {
      method,
      headers: method === "GET" ? headers : { ...headers, "x-turnpike-admin": "1" },
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT),
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, header: (name) => response.headers.get(name) ?? undefined, text };
  },

  follow(path, { onOpen, onMessage, onEnd }) {
    const source = new EventSource(path);
    source.onopen = onOpen;
    source.onmessage = ({ data }) => onMessage(String(data));
    source.onerror = () => {
      source.close();
      onEnd();
    };
    return () => source.close();
  },
};
