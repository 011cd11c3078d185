import type { EventLog } from "#event-log";
import type { Response } from "./respond.ts";

const SECRETS = /^(password|passcode|secret|sharedSecret|clientSecret)$/i;
/** Characters of a body that are shown. */
const SHOWN = 2000;

/** Detailed tracing of the API, in CMS's words; secrets are asterisks. */
export class ApiTrace {
  readonly #events: EventLog;
  #last = 0;

  constructor(events: EventLog) {
    this.#events = events;
  }

  begin(method: string, url: string, from: string): number {
    this.#last += 1;
    const id = this.#last;
    this.#events.trace("api", () => `API trace ${id}: ${method} for ${quoted(masked(url))} (from ${from})`);
    return id;
  }

  body(id: number, size: number, type: string, parameters: readonly (readonly [string, string])[]): void {
    if (size === 0) return;
    this.#events.trace("api", () => `API trace ${id}: content data size ${size}, type ${quoted(type)}:`);
    this.#events.trace("api", () => {
      const shown = parameters.map(([name, value]) => `${name}=${SECRETS.test(name) ? "********" : value}`).join("&");
      return `API trace ${id}: ${quoted(shown.slice(0, SHOWN))}`;
    });
  }

  end(id: number, { status, body }: Response): void {
    this.#events.trace("api", () => `API trace ${id}: sending ${status} response, size ${Buffer.byteLength(body)}`);
  }
}

function masked(url: string): string {
  return url.replace(/([?&](?:password|passcode|secret|sharedSecret|clientSecret)=)[^&]*/gi, "$1********");
}

/** Line breaks and the like in what a client sent must not look like lines of the log. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
