/** Makes spaces, each with an access method, for ever, and prints each call id once it is acknowledged. argv[2]: options in JSON. */
import { writeSync } from "node:fs";
import { Scope } from "#base";
import { openStorage } from "../open.ts";
import { TEST_NOUNS } from "./nouns.ts";

writeSync(1, "opening\n");
const storage = await openStorage(new Scope(), { ...JSON.parse(process.argv[2]!), nouns: TEST_NOUNS });
for (let i = 0; ; i++) {
  const callId = `${process.pid}-${i}-${performance.timeOrigin}`;
  try {
    await storage.change(async (writer) => {
      const fields = { name: `space ${callId}`, callId, passcode: "4711" };
      const { id } = await writer.insert({ noun: "coSpace", fields });
      await writer.insert({ noun: "accessMethod", parent: id, fields: { callId, passcode: "4712" } });
    });
    writeSync(1, `${callId}\n`);
  } catch (error) {
    writeSync(1, `failed ${(error as { code?: string }).code}\n`);
  }
}
