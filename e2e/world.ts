import type { Browser } from "playwright-core";
import { Scope } from "#base";
import { buildLab, Deployment, type HostName, type Lab, type LabOptions, labAvailable } from "../lab/index.ts";
import { browserOn } from "./browser.ts";
import { Participant } from "./participant.ts";

/** The lab with the three roles in it, a space, and browsers where they are asked for. */
export interface World extends AsyncDisposable {
  readonly lab: Lab;
  readonly deployment: Deployment;
  /** The guest link, which is the inside link too: the name resolves differently inside. */
  readonly link: string;
  /** Somebody on that host who has opened the link and typed a name. */
  open(host: HostName, name: string, link?: string): Promise<Participant>;
  /** Ends the host's browser. */
  closeBrowser(host: HostName): Promise<void>;
}

/** A suite's reason to be skipped, or false. */
export const skip: string | false = (await labAvailable()) ?? false;

export async function buildWorld(options: LabOptions = {}): Promise<World> {
  const scope = new Scope();
  try {
    const lab = await buildLab(scope, options);
    const deployment = new Deployment(lab);
    await deployment.init();
    const { link } = await deployment.createSpace("End to end");
    await deployment.startAll();
    return worldOf(scope, lab, deployment, link);
  } catch (error) {
    await scope.close();
    throw error;
  }
}

function worldOf(scope: Scope, lab: Lab, deployment: Deployment, link: string): World {
  const browsers = new Map<HostName, Promise<Browser>>();
  const browser = (host: HostName) => {
    const running = browsers.get(host) ?? browserOn(lab, host, deployment.authority);
    browsers.set(host, running);
    return running;
  };
  return {
    lab,
    deployment,
    link,
    open: async (host, name, otherLink = link) => Participant.open(await browser(host), name, otherLink),
    closeBrowser: async (host) => {
      await (await browsers.get(host))?.close();
      browsers.delete(host);
    },
    [Symbol.asyncDispose]: () => scope.close(),
  };
}

/** Runs a test's body; if it fails, the error carries what the pages showed and what the roles logged. */
export async function explained<T>(world: World, people: readonly (Participant | undefined)[], run: () => Promise<T>) {
  try {
    return await run();
  } catch (error) {
    const pages = await Promise.all(people.map((person) => person?.report()));
    const report = [...pages.filter(Boolean), world.deployment.logs()].join("\n");
    throw new Error(`${(error as Error).message}\n${report}`, { cause: error });
  }
}
