import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { readInputs } from "./corpus.ts";
import { BuiltProgram, PROGRAMS } from "./programs.ts";

/** Fixed, so that a run of the tests begins the same each time. */
const SEED = 20_240_901;
const SECONDS = 6;

for (const [name, program] of Object.entries(PROGRAMS))
  test(`${name}: what holds for any input holds for all seeds, for all that once failed, and for what libFuzzer makes of them`, (t) => {
    using built = new BuiltProgram(program);
    const committed = ["corpus", "crashes"].flatMap((folder) =>
      readInputs(program.testdata, folder).map((input) => join(program.testdata, folder, `${input.name}.bin`)),
    );
    assert.ok(committed.length > 10);
    const once = built.once(committed, false);
    assert.equal(once.code, 0, once.output);
    const { code, output } = built.fuzz(SECONDS, SEED, false);
    assert.equal(code, 0, output);
    const executions = Number(/number_of_executed_units: (\d+)/.exec(output)?.[1]);
    assert.ok(executions > committed.length, output);
    t.diagnostic(`${executions} inputs`);
  });
