import assert from "node:assert/strict";
import { test } from "node:test";
import { issueServer, type Pair } from "./issue.ts";
import { problemsOf } from "./problems.ts";
import { describeLeaf, inspect } from "./row.ts";
import { makeCertificate } from "./testing/chain.ts";
import { rootsOf } from "./trust.ts";

const NOW = Date.UTC(2026, 5, 1);
const DAY_MS = 86_400_000;
const NAMES = ["join.example.com"];

const years = (from: number, to: number) => ({ from: NOW + from * 365 * DAY_MS, to: NOW + to * 365 * DAY_MS });
const root = await makeCertificate({ name: "Root", ca: true, ...years(-2, 8) });
const upper = await makeCertificate({ name: "Upper", issuer: root, ca: true, ...years(-2, 4) });
const lower = await makeCertificate({ name: "Lower", issuer: upper, ca: true, ...years(-2, 2) });
const leaf = await makeCertificate({ name: "join.example.com", issuer: lower, names: NAMES, ...years(-0.1, 0.9) });

function look(blocks: readonly Pair[], { trust = [root], now = NOW, wanted = NAMES, source = "files" as const } = {}) {
  const pair = { certificate: blocks.map(({ certificate }) => certificate).join(""), key: leaf.key };
  const inspected = inspect(pair, "web.pem", [rootsOf(trust.map(({ certificate }) => certificate))]);
  const problems = problemsOf(inspected, { source, file: "web.pem", wanted, now });
  return { problems, codes: problems.map(({ code }) => code), row: describeLeaf(inspected, now) };
}

test("a chain is whole up to a root that the clients have, sent or not", () => {
  const { codes, row } = look([leaf, lower, upper]);
  assert.deepEqual(codes, []);
  assert.deepEqual(
    row.chain.map(({ subject, role, sent }) => `${subject} ${role}${sent ? "" : ", not sent"}`),
    ["CN=join.example.com leaf", "CN=Lower intermediate", "CN=Upper intermediate", "CN=Root root, not sent"],
  );
  assert.deepEqual(look([leaf, lower, upper, root]).codes, []);
  assert.deepEqual([row.keyType, row.daysLeft], ["EC P-256", 328]);
});

test("a missing intermediate is named", () => {
  const { codes, problems } = look([leaf, lower]);
  assert.deepEqual(codes, ["chain-incomplete"]);
  assert.match(problems[0]!.text, /CN=Root|CN=Upper/);
  assert.match(look([leaf]).problems[0]!.text, /its issuer CN=Lower is missing/);
});

test("a certificate in the wrong place, or of somebody else, is a chain out of order", () => {
  assert.deepEqual(look([leaf, upper, lower]).codes, ["chain-order"]);
  assert.deepEqual(look([leaf, lower, upper, leaf]).codes, ["chain-order"]);
});

test("a private root is not known to browsers, unless it is given", () => {
  const { codes, problems } = look([leaf, lower, upper, root], { trust: [] });
  assert.deepEqual(codes, ["self-signed"]);
  assert.match(problems[0]!.text, /CN=Root/);
});

test("a self-signed certificate is told so", async () => {
  const own = await makeCertificate({ name: "self", names: NAMES, ...years(-0.1, 0.9) });
  const { codes, problems } = look([own], { trust: [] });
  assert.deepEqual(codes, ["self-signed"]);
  assert.match(problems[0]!.text, /it is self-signed/);
});

test("dates are told of the certificate first, and of its chain if that is the reason", () => {
  const at = (now: number, blocks = [leaf, lower, upper]) => look(blocks, { now }).problems[0];
  const end = NOW + 0.9 * 365 * DAY_MS;
  assert.equal(at(end - 31 * DAY_MS), undefined);
  assert.equal(at(end - 29.5 * DAY_MS)!.text, "it expires in 29 days");
  assert.equal(at(end - 1000)!.text, "it expires within a day");
  assert.equal(at(end)!.code, "expired");
  const early = at(NOW - 0.2 * 365 * DAY_MS)!;
  assert.equal(early.code, "not-yet-valid");
  assert.match(early.remedy, /clock/);
});

test("an intermediate that ends before its certificate is told with its name", async () => {
  const short = await makeCertificate({ name: "Short", issuer: root, ca: true, ...years(-2, 0.01) });
  const mine = await makeCertificate({ name: "x", issuer: short, names: NAMES, ...years(-0.1, 0.9) });
  assert.equal(look([mine, short]).problems[0]!.text, "CN=Short of its chain expires in 3 days");
});

test("a certificate of a day, renewed by another program, is not complained of all its life", async () => {
  const from = NOW - 3_600_000;
  const mine = await makeCertificate({ name: "x", issuer: root, names: NAMES, from, to: from + DAY_MS });
  assert.deepEqual(look([mine]).codes, []);
  assert.deepEqual(look([mine], { now: from + 0.7 * DAY_MS }).codes, ["expires-soon"]);
});

test("names that clients use and the certificate lacks are told; a wildcard and an address count", async () => {
  const wanted = ["join.example.com", "meet.example.com", "192.0.2.1"];
  const { codes, problems } = look([leaf, lower, upper], { wanted });
  assert.deepEqual(codes, ["name-missing"]);
  assert.match(problems[0]!.text, /meet\.example\.com and 192\.0\.2\.1/);
  const all = await issueServer(root, { names: ["*.example.com"], addresses: ["192.0.2.1"] }, NOW);
  assert.deepEqual(look([all], { wanted }).codes, []);
});
