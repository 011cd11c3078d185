import assert from "node:assert/strict";
import { test } from "node:test";
import * as packet from "dns-packet";
import { answerQuery } from "./answer.ts";

const ZONE = {
  "join.example.com": "203.0.113.10",
  "cluster.example.com": ["203.0.113.10", "203.0.113.11"],
  "_cms-web._tls.join.example.com": "0 5 8443 bridge.example.com",
};

function ask(name: string, type: packet.RecordType): packet.Packet & { readonly rcode?: string } {
  const query = packet.encode({ type: "query", id: 7, questions: [{ name, type, class: "IN" }] });
  return packet.decode(answerQuery(ZONE, query)!);
}

test("a known name has its address, in any case of letters", () => {
  const { id, answers } = ask("Join.Example.com", "A");
  assert.equal(id, 7);
  assert.deepEqual(
    answers?.map((answer) => (answer.type === "A" ? answer.data : undefined)),
    ["203.0.113.10"],
  );
});

test("a name of several machines has all their addresses", () => {
  const { answers } = ask("cluster.example.com", "A");
  assert.deepEqual(
    answers?.map((answer) => (answer.type === "A" ? answer.data : undefined)),
    ["203.0.113.10", "203.0.113.11"],
  );
});

test("a service is where its SRV record says", () => {
  const { answers } = ask("_cms-web._tls.join.example.com", "SRV");
  assert.deepEqual(
    answers?.map((answer) => (answer.type === "SRV" ? answer.data : undefined)),
    [{ priority: 0, weight: 5, port: 8443, target: "bridge.example.com" }],
  );
});

test("a known name has no IPv6 address, which is no error", () => {
  const { answers, rcode } = ask("join.example.com", "AAAA");
  assert.deepEqual(answers, []);
  assert.equal(rcode, "NOERROR");
});

test("an unknown name does not exist", () => {
  assert.equal(ask("www.example.org", "A").rcode, "NXDOMAIN");
});
