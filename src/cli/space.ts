import {
  createFromTemplate,
  createHostDoor,
  linksOf,
  type MeetingLink,
  createSpace as makeSpace,
  readableCallId,
  type SpaceWithDoors,
  seedDefaults,
  templateByName,
} from "#spaces";
import type { ObjectReader, ObjectWriter, StoredObject } from "#storage";
import { withStorage } from "./storage.ts";

interface SpaceOptions {
  readonly config?: string;
}

interface NewSpaceOptions extends SpaceOptions {
  readonly passcode?: string;
  readonly template?: string;
  readonly hostLink?: boolean;
}

export async function createSpace(name: string, options: NewSpaceOptions): Promise<void> {
  const passcode = options.passcode === "-" ? await readLine() : options.passcode;
  await withStorage(options.config, async (storage, { joinHost }) => {
    await seedDefaults(storage);
    const made = await storage.change((writer) => makeWithDoors(writer, name, passcode, options));
    console.log(describe(made, joinHost));
  });
}

export async function listSpaces(options: SpaceOptions): Promise<void> {
  await withStorage(options.config, async (storage, { joinHost }) => {
    const { objects } = await storage.list("coSpace");
    const all: string[] = [];
    for (const space of objects) all.push(describe(await withDoors(storage, space), joinHost));
    console.log(all.length ? all.join("\n\n") : "No spaces yet: `turnpike space create NAME`.");
  });
}

async function makeWithDoors(
  writer: ObjectWriter,
  name: string,
  passcode: string | undefined,
  { template, hostLink }: NewSpaceOptions,
): Promise<SpaceWithDoors> {
  const wish = { name, ...(passcode === undefined ? {} : { passcode }) };
  const space =
    template === undefined
      ? await makeSpace(writer, wish)
      : (await createFromTemplate(writer, (await templateByName(writer, template)).id, wish)).space;
  if (hostLink) await createHostDoor(writer, space.id);
  return withDoors(writer, space);
}

async function withDoors(reader: ObjectReader, space: StoredObject): Promise<SpaceWithDoors> {
  return { space, accessMethods: (await reader.list("accessMethod", { parent: space.id })).objects };
}

function describe({ space, accessMethods }: SpaceWithDoors, joinHost: string): string {
  const links = linksOf(joinHost, space, accessMethods);
  const lines = links.flatMap((link) => linesOf(link, links.length > 1));
  return [String(space.fields.name ?? ""), ...(lines.length ? lines : ["  no Meeting ID, so no link"])].join("\n");
}

/** The passcode itself is shown where there are several ways in, each with its own. */
function linesOf({ name, url, callId, passcode, passcodeUnknown }: MeetingLink, several: boolean): string[] {
  const locked = passcode !== undefined || passcodeUnknown ? " with a passcode" : "";
  const rows = [
    ["Link", url],
    ["Meeting ID", `${readableCallId(callId)}${locked}`],
    ...(several && passcode !== undefined ? [["Passcode", passcode]] : []),
  ];
  const indent = several ? "    " : "  ";
  const lines = rows.map(([label, value]) => `${indent}${label!.padEnd(12)}${value}`);
  return several ? [`  ${name || "Everyone"}`, ...lines] : lines;
}

/** One line from standard input, so that a passcode need not stand in the command line. */
async function readLine(): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  using lines = createInterface({ input: process.stdin, terminal: false });
  return (await lines[Symbol.asyncIterator]().next()).value ?? "";
}
