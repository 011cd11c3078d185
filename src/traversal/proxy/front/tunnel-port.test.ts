import assert from "node:assert/strict";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { parsePrefix, type TransportAddress } from "#base";
import { until } from "#until";
import { HOST } from "../testing/road.ts";
import { secured, sharedPort, tcp } from "../testing/shared-port.ts";
import { TUNNEL_PROTOCOL } from "./shared-port.ts";

async function world(t: TestContext, from: string) {
  const cores: { readonly stream: Duplex; readonly from: TransportAddress }[] = [];
  const tunnel = {
    from: [parsePrefix(from)!],
    onStream: (stream: Duplex, source: TransportAddress) => void cores.push({ stream, from: source }),
  };
  return { ...(await sharedPort(t, { edgeOnly: true, edge: { tunnel } })), cores };
}

for (const servername of [undefined, HOST, "edge-1.inner.example"])
  test(`a core from a listed source gets through with server name ${servername}, both ways`, async (t) => {
    const w = await world(t, "127.0.0.0/8");
    const wire = await tcp(w.port);
    const core = await secured(wire, { ALPNProtocols: [TUNNEL_PROTOCOL], ...(servername ? { servername } : {}) });
    assert.equal(core.alpnProtocol, TUNNEL_PROTOCOL);
    core.write("SSH-2.0-core\r\n");
    const { stream, from } = await until(() => w.cores[0], "the tunnel's end has it");
    assert.deepEqual(from, { address: "127.0.0.1", port: wire.localPort! });
    const [greeting] = (await once(stream, "data")) as [Buffer];
    assert.equal(greeting.toString(), "SSH-2.0-core\r\n");
    stream.write("SSH-2.0-edge\r\n");
    const [answer] = (await once(core, "data")) as [Buffer];
    assert.equal(answer.toString(), "SSH-2.0-edge\r\n");
    core.destroy();
  });

test("from elsewhere the port knows nothing of tunnels", async (t) => {
  const w = await world(t, "192.0.2.0/24");
  const protocol = { servername: HOST, ALPNProtocols: [TUNNEL_PROTOCOL] };
  const unknown = { servername: HOST, ALPNProtocols: ["some-other-protocol"] };
  const refusal = async (options: object) => secured(await tcp(w.port), options).then(String, (error) => error.code);
  assert.equal(await refusal(protocol), await refusal(unknown));
  const both = await secured(await tcp(w.port), { servername: HOST, ALPNProtocols: [TUNNEL_PROTOCOL, "http/1.1"] });
  assert.equal(both.alpnProtocol, "http/1.1");
  both.destroy();
  assert.equal(w.cores.length, 0);
});

test("the listed sources may change while the port is open", async (t) => {
  const w = await world(t, "192.0.2.0/24");
  w.edge.configure({ tunnelFrom: [parsePrefix("127.0.0.1")!] });
  const core = await secured(await tcp(w.port), { ALPNProtocols: [TUNNEL_PROTOCOL] });
  assert.equal(core.alpnProtocol, TUNNEL_PROTOCOL);
  core.destroy();
});
