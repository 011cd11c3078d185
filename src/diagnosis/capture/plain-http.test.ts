import assert from "node:assert/strict";
import { test } from "node:test";
import { PlainHttpMask } from "./plain-http.ts";

const REQUEST = [
  "GET /meeting/1?secret=abc&x=y HTTP/1.1",
  "Host: join.example.com",
  "Cookie: a=b; c=d",
  "X-Any: q",
  "Referer: https://a/?b",
  "",
  "passcode=1",
].join("\r\n");
const MASKED = [
  "GET /meeting/1?************** HTTP/1.1",
  "Host: join.example.com",
  "Cookie: **** ***",
  "X-Any: *",
  "Referer: ************",
  "",
  "**********",
].join("\r\n");

test("of plain HTTP only what is harmless is shown, however it is cut", () => {
  for (const size of [1, 2, 3, 7, 50, 1000]) {
    const mask = new PlainHttpMask();
    let seen = "";
    for (let at = 0; at < REQUEST.length; at += size)
      seen += Buffer.from(mask.apply(Buffer.from(REQUEST.slice(at, at + size)))).toString();
    assert.equal(seen, MASKED, `in parts of ${size}`);
  }
});

test("an answer keeps where it leads, without the query", () => {
  const answer = "HTTP/1.1 308 Permanent Redirect\r\nLocation: https://a/b?secret=c\r\nSet-Cookie: d\r\n\r\n<html>";
  const seen = Buffer.from(new PlainHttpMask().apply(Buffer.from(answer))).toString();
  assert.equal(
    seen,
    "HTTP/1.1 308 Permanent Redirect\r\nLocation: https://a/b?********\r\nSet-Cookie: *\r\n\r\n******",
  );
});

test("what comes behind a balancer's line is judged by itself", () => {
  const line = "PROXY TCP4 192.0.2.1 192.0.2.2 1 443\r\n";
  const hello = Buffer.from("1603010005010000010a", "hex");
  const mask = new PlainHttpMask();
  assert.deepEqual(Buffer.from(mask.apply(Buffer.concat([Buffer.from(line), hello]))).subarray(line.length), hello);
  assert.equal(mask.apply(REQUEST_BYTES), REQUEST_BYTES);
  const plain = new PlainHttpMask().apply(Buffer.from(line + REQUEST));
  assert.equal(Buffer.from(plain).toString(), line + MASKED);
});

const REQUEST_BYTES = Buffer.from(REQUEST);

for (const [what, hex] of [
  ["TLS", "16030100"],
  ["a STUN request", "000100002112a442"],
  ["a STUN answer", "010100002112a442"],
  ["SSH", Buffer.from("SSH-2.0-x\r\n?a: b").toString("hex")],
  ["nothing", ""],
])
  test(`${what} is not touched`, () => {
    const bytes = Buffer.from(hex!, "hex");
    assert.deepEqual(Buffer.from(new PlainHttpMask().apply(bytes)), bytes);
  });
