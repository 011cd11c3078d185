import { createLog, type Log, loadConfig } from "#base";
import { checkListeners, type Listener } from "#listeners";
import type { RunningRole } from "#roles";

export type RoleName = "meeting-server" | "core" | "edge";

/** How the command line starts a role; each loads only its own code. */
interface RoleModule<C> {
  readonly read: (file: string) => C;
  readonly listeners: (config: C) => readonly Listener[];
  /** `read` reads the file anew, for a reload. */
  readonly start: (config: C, log: Log, read: () => C) => Promise<RunningRole>;
  readonly level: (config: C) => "debug" | "info" | "warn" | "error";
}

/** Runs one role until SIGINT or SIGTERM. Throws before any socket stays open if its file or a listener is wrong. */
export async function runRole(name: RoleName, file: string): Promise<void> {
  const role = await ROLES[name]();
  await run(name, role, file);
}

async function run<C>(name: RoleName, role: RoleModule<C>, file: string): Promise<void> {
  const config = role.read(file);
  await checkListeners(file, role.listeners(config));
  const log = createLog(role.level(config), { role: name });
  const running = await role.start(config, log, () => role.read(file));
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
    return module({
      read: (f) => loadConfig(f, edgeConfig),
      listeners: edgeListeners,
      start: startEdge,
      level: (c) => c.log.level,
    });
  },
  core: async () => {
    const { coreConfig, startCore } = await import("#core");
    return module({
      read: (f) => loadConfig(f, coreConfig),
      listeners: () => [],
      start: startCore,
      level: (c) => c.log.level,
    });
  },
  "meeting-server": async () => {
    const { meetingServerConfig, meetingServerListeners, startMeetingServer } = await import("#meeting-server");
    return module({
      read: (f) => loadConfig(f, meetingServerConfig),
      listeners: meetingServerListeners,
      start: startMeetingServer,
      level: (c) => c.log.level,
    });
  },
};

/** Each role's config type is its own; `run` only hands it from `read` to the others. */
function module<C>(role: RoleModule<C>): RoleModule<never> {
  return role as unknown as RoleModule<never>;
}
