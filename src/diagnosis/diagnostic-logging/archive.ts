import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { ZipFile } from "yazl";
import { textOf } from "#base";
import type { DiagnosticLoggingOptions, DiagnosticState } from "./contract.ts";
import { readme } from "./readme.ts";
import type { Redaction } from "./redaction.ts";
import type { SessionFolder } from "./session-folder.ts";

export type CollectedState = Exclude<DiagnosticState, { readonly state: "none" }>;

/** Encrypted packets hardly shrink. */
const LITTLE = { compressionLevel: 1 } as const;

/** One zip file with everything in it, written while it is read: nothing of it is kept in memory or on the disk. */
export async function archiveOf(
  state: CollectedState,
  folder: SessionFolder,
  options: DiagnosticLoggingOptions,
  redaction: Redaction,
): Promise<{ readonly name: string; readonly body: Readable }> {
  const started = new Date(state.startedAt).toISOString();
  const name = `turnpike-${options.role}-diagnostics-${started.replace(/[-:]|\.\d+/g, "")}`;
  const zip = new ZipFile();
  const mtime = new Date(options.clock.now());
  const add = (file: string, text: string) => zip.addBuffer(Buffer.from(text), `${name}/${file}`, { mtime });
  const rings = folder.rings();
  add("README.txt", readme(options.role, state, rings));
  add("session.json", JSON.stringify(redaction.value(state), null, 2));
  add("configuration.yaml", redaction.yaml(textFrom(options.configuration)));
  add("status.json", statusOf(folder));
  if (options.certificates)
    add("certificates.txt", redaction.text(await Promise.resolve(options.certificates()).catch(textOf)));
  for (const { name: file, path, bytes } of rings)
    zip.addReadStreamLazy(`${name}/${file}`, { mtime, ...LITTLE }, (give) => give(null, contentOf(path, bytes)));
  zip.end();
  return { name: `${name}.zip`, body: zip.outputStream as Readable };
}

/** As much as there was when the archive was begun. The ring may have dropped the file since: then it is empty. */
function contentOf(path: string, bytes: number): Readable {
  if (bytes === 0) return Readable.from([]);
  return Readable.from(
    (async function* () {
      try {
        yield* createReadStream(path, { end: bytes - 1 });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      }
    })(),
  );
}

function statusOf(folder: SessionFolder): string {
  const parsed = (name: string) => JSON.parse(folder.read(name) ?? "null");
  return JSON.stringify({ start: parsed("status-start.json"), stop: parsed("status-stop.json") }, null, 2);
}

function textFrom(read: () => string): string {
  try {
    return read();
  } catch (error) {
    return `# ${textOf(error)}`;
  }
}
