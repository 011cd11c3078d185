import type { z } from "zod";
import { ConfigFile, createLogging, type Log, type LogLevel } from "#base";
import { checkListeners, type Listener } from "#listeners";
import type { MeetingServerConfig } from "#meeting-server";
import type { RoleStart, RunningRole } from "#roles";

export type RoleName = "meeting-server" | "core" | "edge";

/** How the command line starts a role; each loads only its own code. */
interface RoleModule<C> {
  readonly schema: z.ZodType<C>;
  readonly listeners: (config: C) => readonly Listener[];
  readonly start: (start: RoleStart<C>) => Promise<RunningRole>;
}

/** What every role's configuration has. */
interface Common {
  readonly log: { readonly level: LogLevel };
}

/** Runs one role until SIGINT or SIGTERM. Throws before any socket stays open if its file or a listener is wrong. */
export async function runRole(name: RoleName, path: string): Promise<void> {
  await run(name, await ROLES[name](), path);
}

async function run<C extends Common>(name: RoleName, role: RoleModule<C>, path: string): Promise<void> {
  const file = new ConfigFile(path, role.schema);
  const config = file.read();
  await checkListeners(path, role.listeners(config));
  const { log, levels } = createLogging(config.log.level, { role: name });
  const running = await role.start({ config, file, log, levels });
  log.info("ready", running.info);
  process.send?.({ ready: true, info: running.info });
  await untilTold(running, log);
}

/** SIGHUP reloads, as daemons do. Its outcome is in the log. Ends on a signal, or when the parent (`turnpike up`) is gone. */
function untilTold(running: RunningRole, log: Log): Promise<void> {
  return new Promise((resolve) => {
    let ending = false;
    const end = (why: string) => {
      if (ending) return;
      ending = true;
      log.info("stopping", { why });
      void running.scope.close({ code: "stopped", detail: why }).then(() => {
        resolve();
        process.exit(0);
      });
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => end(signal));
    process.on("SIGHUP", () => void running.reload?.().catch(() => {}));
    if (process.send) process.on("disconnect", () => end("parent gone"));
  });
}

const ROLES: Record<RoleName, () => Promise<RoleModule<never>>> = {
  edge: async () => {
    const { edgeConfig, edgeListeners, startEdge } = await import("#edge");
    return module({ schema: edgeConfig, listeners: edgeListeners, start: startEdge });
  },
  core: async () => {
    const { coreConfig, coreListeners, startCore } = await import("#core");
    return module({ schema: coreConfig, listeners: coreListeners, start: startCore });
  },
  "meeting-server": async () => {
    const { meetingServerConfig, meetingServerListeners, startMeetingServer } = await import("#meeting-server");
    const start = ({ config, log }: RoleStart<MeetingServerConfig>) => startMeetingServer(config, log);
    return module({ schema: meetingServerConfig, listeners: meetingServerListeners, start });
  },
};

/** Each role's config type is its own; `run` only hands it from the schema to the others. */
function module<C>(role: RoleModule<C>): RoleModule<never> {
  return role as unknown as RoleModule<never>;
}
