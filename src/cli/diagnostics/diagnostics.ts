import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { textOf } from "#base";
import { downloadControl } from "#control";
import type { DiagnosticsAnswer } from "#diagnostic-logging";
import { print, type RoleOptions, roleControl } from "#role-control";
import { fail } from "./errors.ts";

import { sessionText } from "./session-text.ts";

/** The longest headers of IPv6 and TCP, and the start of what they carry. */
const HEADERS = 96;

interface StartOptions extends RoleOptions {
  readonly modules?: readonly string[];
  readonly capture: boolean;
  readonly address: readonly string[];
  readonly port: readonly number[];
  readonly headersOnly?: boolean;
  readonly minutes: number;
}

export async function start(options: StartOptions): Promise<void> {
  const { modules, capture, address, port, headersOnly, minutes } = options;
  await post(options, "start", {
    ...(modules ? { modules } : {}),
    ...{ capture, addresses: address, ports: port, minutes },
    ...(headersOnly ? { snaplen: HEADERS } : {}),
  });
}

export async function status(options: RoleOptions): Promise<void> {
  const answer = await roleControl(options).ask<DiagnosticsAnswer>("GET", "/api/diagnostics");
  print(options, answer, (look) => sessionText(answer, look));
}

export async function marker(text: string, options: RoleOptions): Promise<void> {
  await post(options, "marker", { text });
}

export async function stop(options: RoleOptions): Promise<void> {
  await post(options, "stop", {});
}

export async function download(file: string | undefined, options: RoleOptions): Promise<void> {
  const { name, body } = await downloadControl(roleControl(options).socket, "/api/diagnostics/download");
  const path = file ?? name;
  const out = createWriteStream(path, { mode: 0o600 });
  try {
    await pipeline(body, out);
  } catch (error) {
    throw fail("DIAGNOSTICS_NOT_SAVED", { path, why: textOf(error) }, error);
  }
  print(options, { file: path, bytes: out.bytesWritten }, () => `${path}: ${out.bytesWritten} bytes`);
}

async function post(options: RoleOptions, what: "start" | "marker" | "stop", body: object): Promise<void> {
  const answer = await roleControl(options).ask<DiagnosticsAnswer>("POST", `/api/diagnostics/${what}`, body);
  print(options, answer, (look) => sessionText(answer, look));
}
