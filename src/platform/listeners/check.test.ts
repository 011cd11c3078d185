import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { TurnpikeError } from "#base";
import { checkListeners } from "./index.ts";

const refusedAs = (code: string) => (error: unknown) => error instanceof TurnpikeError && error.code === code;
const at = (port: number) => ({ address: "127.0.0.1", port });

test("free listeners pass and are free afterwards", async () => {
  const listeners = [
    { key: "web.listen", transport: "tcp", where: at(0) },
    { key: "turn.listen", transport: "udp", where: at(0) },
  ] as const;
  await checkListeners("edge.yaml", listeners);
});

test("a TCP port that another program holds is named with file, key and remedy", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const checking = checkListeners("edge.yaml", [{ key: "web.listen", transport: "tcp", where: at(port) }]);
  await assert.rejects(checking, (error: unknown) => {
    assert.ok(refusedAs("LISTENER_TAKEN")(error));
    assert.match(String(error), new RegExp(`edge.yaml: \`web.listen\`: TCP 127.0.0.1:${port} is in use`));
    return true;
  });
  other.close();
});

test("a UDP port that another program holds is refused", async () => {
  const other = createSocket("udp4").bind(0, "127.0.0.1");
  await once(other, "listening");
  const where = at(other.address().port);
  await assert.rejects(
    checkListeners("edge.yaml", [{ key: "turn.listen", transport: "udp", where }]),
    refusedAs("LISTENER_TAKEN"),
  );
  other.close();
});

test("an address that this machine does not have is refused", async () => {
  const where = { address: "192.0.2.77", port: 0 };
  await assert.rejects(
    checkListeners("edge.yaml", [{ key: "web.listen", transport: "tcp", where }]),
    refusedAs("LISTENER_NO_ADDRESS"),
  );
});
