import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import type { MarkedSocket } from "./conformance/marks.ts";
import { planeConformance } from "./conformance.ts";
import { openNativePlane } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "turnpike-marks-"));
after(() => rmSync(folder, { recursive: true }));
const program = join(folder, "marked-socket");
const source = new URL("../../native/testing/marked_socket.cc", import.meta.url).pathname;
execFileSync("g++", ["-std=c++17", "-O1", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-o", program, source]);

/** A socket in a program of its own, since node:dgram neither sets nor shows DSCP. */
async function openMarked(here: string): Promise<MarkedSocket> {
  const child = spawn(program, [here], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const port = Number((await lines.next()).value);
  return {
    address: { address: here, port },
    send: (bytes, to, tos) => void child.stdin.write(`${tos} ${to.address} ${to.port} ${bytes.toString("hex")}\n`),
    next: async () => {
      const [tos, , , hex] = String((await lines.next()).value).split(" ");
      return { tos: Number(tos), bytes: Buffer.from(hex!, "hex") };
    },
    close: () => {
      child.stdin.end();
      void once(child, "exit");
    },
  };
}

planeConformance("native plane, two threads", openNativePlane({ threads: 2, pauseMicroseconds: 0 }), {
  icmp: true,
  marks: openMarked,
});
