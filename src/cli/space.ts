import { resolve } from "node:path";
import { loadConfig, Scope } from "#base";
import { meetingServerConfig } from "#meeting-server";
import { openStorage, type Space, type SpaceStore } from "#storage";

interface SpaceOptions {
  readonly config: string;
  readonly passcode?: string;
}

export async function createSpace(name: string, options: SpaceOptions): Promise<void> {
  const passcode = options.passcode === "-" ? await readLine() : options.passcode;
  await withSpaces(options.config, async (spaces, joinHost) => {
    const space = await spaces.createSpace({ name, ...(passcode === undefined ? {} : { passcode }) });
    console.log(describe(space, joinHost));
  });
}

export async function listSpaces(options: SpaceOptions): Promise<void> {
  await withSpaces(options.config, async (spaces, joinHost) => {
    const all = await spaces.listSpaces();
    console.log(
      all.length
        ? all.map((space) => describe(space, joinHost)).join("\n\n")
        : "No spaces yet: `turnpike space create NAME`.",
    );
  });
}

async function withSpaces(file: string, run: (spaces: SpaceStore, joinHost: string) => Promise<void>): Promise<void> {
  const config = loadConfig(resolve(file), meetingServerConfig);
  await using scope = new Scope();
  await run(await openStorage(scope, config.storage), config.joinHost);
}

function describe(space: Space, joinHost: string): string {
  return [
    space.name,
    `  Link        https://${joinHost}/meeting/${space.callId}?secret=${space.secret}`,
    `  Meeting ID  ${space.callId.replace(/(...)(?=.)/g, "$1 ")}${space.hasPasscode ? " with a passcode" : ""}`,
  ].join("\n");
}

/** One line from standard input, so that a passcode need not stand in the command line. */
async function readLine(): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  using lines = createInterface({ input: process.stdin, terminal: false });
  return (await lines[Symbol.asyncIterator]().next()).value ?? "";
}
