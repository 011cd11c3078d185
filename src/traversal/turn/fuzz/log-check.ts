import assert from "node:assert/strict";
import { type LogLine, sourceNetwork, type TransportAddress } from "#base";
import { SECRETS } from "./accounts.ts";
import type { FuzzWorld } from "./world.ts";

/** Lines that one source can have written within a second. Those for debugging are off unless somebody looks. */
const MAX_LINES = 40;

/** Counts the lines of each source by the second, and looks into each line. */
export class LogCheck {
  readonly #counts = new Map<string, number>();
  #second = 0;

  check(world: FuzzWorld): void {
    const second = Math.floor(world.clock.now() / 1000);
    if (second !== this.#second) this.#counts.clear();
    this.#second = second;
    for (const line of world.log.lines.splice(0)) {
      assert.notEqual(line.level, "error", `no request is the server's own fault: ${line.fields.why}`);
      checkSecrets(world, line);
      this.#count(line);
      world.words.add(`log: ${line.event}, ${wordsOf(line)}`);
    }
  }

  #count({ level, event, fields }: LogLine): void {
    const client = (fields.client ?? fields.to) as TransportAddress | undefined;
    if (level === "debug" || !client) return;
    const source = sourceNetwork(client.address);
    const count = (this.#counts.get(source) ?? 0) + 1;
    this.#counts.set(source, count);
    assert.ok(count <= MAX_LINES, `a source has little to write into the log ("${event}")`);
  }
}

function checkSecrets({ tickets, tokens, clients }: FuzzWorld, { event, fields }: LogLine): void {
  const text = JSON.stringify(fields);
  const ours = [...tickets, ...tokens].map((bytes) => bytes.toString("hex"));
  const nonces = clients.flatMap((client) => client.nonces);
  for (const secret of [...SECRETS, ...ours, ...nonces]) assert.ok(!text.includes(secret), `"${event}" tells a secret`);
}

/** Without names, numbers and addresses, of which there is no end. */
function wordsOf({ fields }: LogLine): string {
  const text = String(fields.rule ?? fields.why ?? "");
  return text.replace(/\S*[\d:]\S*/g, "#");
}
