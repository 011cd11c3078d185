import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceProblem, type Trouble } from "./device-problem.ts";

const table: readonly (readonly [camera: Trouble | undefined, mic: Trouble | undefined, said: string | undefined])[] = [
  [undefined, undefined, undefined],
  ["denied", undefined, "cameraDenied"],
  [undefined, "denied", "micDenied"],
  ["denied", "denied", "denied"],
  ["missing", "denied", "denied"],
  ["missing", undefined, "cameraMissing"],
  [undefined, "missing", "micMissing"],
  ["missing", "missing", "missing"],
  ["busy", undefined, "busy"],
  ["missing", "unsupported", "unsupported"],
];

for (const [camera, mic, said] of table)
  test(`camera ${camera ?? "fine"}, microphone ${mic ?? "fine"}: ${said ?? "nothing is said"}`, () => {
    assert.equal(deviceProblem(camera, mic), said);
  });
