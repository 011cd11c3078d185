/** Creates spaces in the file argv[2] for ever and prints each call id once it is acknowledged. */
import { writeSync } from "node:fs";
import { Scope } from "#base";
import { openStorage } from "../index.ts";

const store = await openStorage(new Scope(), process.argv[2]!);
for (let i = 0; ; i++) {
  const { callId } = await store.createSpace({ name: `space ${i}` });
  writeSync(1, `${callId}\n`);
}
