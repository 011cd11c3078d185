import { startAll, type UpLinks } from "#all-in-one";
import { Scope } from "#base";
import { readableCallId } from "#spaces";

/** Runs the three roles on this machine until Ctrl-C. */
export async function up(options: { readonly data: string; readonly address?: string }): Promise<void> {
  const scope = new Scope();
  const stop = stopped(scope);
  const started = Date.now();
  try {
    const main = new URL("../main.ts", import.meta.url);
    const running = await Promise.race([
      startAll(scope, { ...options, main, onStep: (step) => console.log(`  ${step} …`) }),
      stop,
    ]);
    if (!running) return;
    console.log(summary(running.links, (Date.now() - started) / 1000));
    await Promise.race([running.failed, stop]);
  } finally {
    await scope.close({ code: "stopped" });
  }
}

function stopped(scope: Scope): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) scope.on(process, signal, () => resolve(undefined));
  });
}

function summary(links: UpLinks, seconds: number): string {
  const rows = [
    ["Guest link", links.guest, "through the edge"],
    ["Host link", links.host, "the same meeting, for who leads it"],
    ["Inside link", links.inside, "straight to the Web Bridge"],
    ["Meeting ID", readableCallId(links.callId), ""],
    [
      "Administration",
      links.admin,
      links.adminPasswordFile ? `user admin, password in ${links.adminPasswordFile}` : "user admin",
    ],
    ["Edge", links.edgeAdmin, "its administration"],
    ["Core", links.coreAdmin, "its administration"],
  ] as const;
  const [first, second] = [0, 1].map((i) => Math.max(...rows.map((row) => row[i]!.length)));
  return [
    "",
    `Turnpike is ready (${seconds.toFixed(1)} s). Open the guest link in two browser windows, or send it to someone beside you.`,
    "",
    ...rows.map(([name, value, note]) => `  ${name.padEnd(first!)}  ${value.padEnd(second!)}  ${note}`.trimEnd()),
    "",
    `The certificate comes from a local authority, so the browser warns once; ${links.authority} can be trusted instead.`,
    `Logs: ${links.logs}. Ctrl-C stops all three roles.`,
  ].join("\n");
}
