import type { Browser, Page } from "playwright-core";
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
  /** An empty page of a new browser profile on that host. */
  page(host: HostName): Promise<Page>;
  /** Ends the host's browser. */
  closeBrowser(host: HostName): Promise<void>;
}

/** A suite's reason to be skipped, or false. */
export const skip: string | false = (await labAvailable()) ?? false;

export interface WorldOptions extends LabOptions {
  /** Between the writing of the configuration and the start of the roles. */
  readonly prepare?: (deployment: Deployment, lab: Lab) => void | Promise<void>;
}

export async function buildWorld(options: WorldOptions = {}): Promise<World> {
  const scope = new Scope();
  try {
    const lab = await buildLab(scope, options);
    const deployment = new Deployment(lab);
    await deployment.init();
    const { link } = await deployment.createSpace("End to end");
    await options.prepare?.(deployment, lab);
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
    page: async (host) => (await browser(host)).newPage({ locale: "en-GB" }),
    closeBrowser: async (host) => {
      await (await browsers.get(host))?.close();
      browsers.delete(host);
    },
    [Symbol.asyncDispose]: () => scope.close(),
  };
}

/** Asks until the answer is a good one; rejects with the last answer. */
export async function until<T>(
  world: World,
  ask: () => Promise<T>,
  good: (answer: T) => boolean,
  withinMs = 15_000,
): Promise<T> {
  for (const deadline = Date.now() + withinMs; ; await world.lab.scope.sleep(200)) {
    const answer = await ask();
    if (good(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms; the last answer: ${JSON.stringify(answer)}`);
  }
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
