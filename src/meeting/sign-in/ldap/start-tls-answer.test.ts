import assert from "node:assert/strict";
import { test } from "node:test";
import { readAnswer } from "./start-tls-answer.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
/** As slapd answers; RFC 4511 4.12: resultCode, matchedDN, diagnosticMessage. */
const CONSENT = hex("30 0c 02 01 01 78 07 0a 01 00 04 00 04 00");

test("an answer is consent once it is there as a whole, in the long form of its lengths too", () => {
  for (let length = 0; length < CONSENT.length; length++) assert.equal(readAnswer(CONSENT.subarray(0, length)), false);
  assert.equal(readAnswer(CONSENT), true);
  assert.equal(readAnswer(hex("30 84 00 00 00 10 02 01 01 78 84 00 00 00 07 0a 01 00 04 00 04 00")), true);
});

test("a refusal is told by its name", () => {
  assert.throws(() => readAnswer(hex("30 0c 02 01 01 78 07 0a 01 34 04 00 04 00")), /refused \(unavailable\)/);
  assert.throws(() => readAnswer(hex("30 0c 02 01 01 78 07 0a 01 50 04 00 04 00")), /refused \(result 80\)/);
});

test("what follows the answer in the clear is nobody's: half a bind's success would be taken for the server's own", () => {
  const forged = hex("30 30 02 01 02 61 2b 0a 01 00 04 00 04 24");
  assert.throws(() => readAnswer(Buffer.concat([CONSENT, forged])), /more came/);
});

test("any other bytes are no answer, whatever they are", () => {
  for (const text of ["16 03 01", "30 80", "30 85 00 00 00 00 0c", "30 0c 02 01 02 78 07 0a 01 00 04 00 04 00"])
    assert.throws(() => readAnswer(hex(text)), /none of LDAP/, text);
  assert.throws(() => readAnswer(hex("30 84 00 10 00 00")), /too long/);
  for (let i = 0; i < 20_000; i++) {
    const bytes = Buffer.from(CONSENT);
    for (let j = 0; j < 2; j++) bytes[Math.floor(Math.random() * bytes.length)] = Math.floor(Math.random() * 256);
    try {
      readAnswer(bytes);
    } catch (error) {
      assert.match(String(error), /^Error: /);
    }
  }
});
