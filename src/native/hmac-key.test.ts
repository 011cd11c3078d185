import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";
import { HmacKey, nativeMissing } from "./index.ts";

test("HMACs of any key and any two parts are node:crypto's", () => {
  for (let i = 0; i < 300; i++) {
    // Longer than a block of the digest, which is hashed first (RFC 2104 2), and empty.
    const bytes = randomBytes((i * 7) % 140);
    const key = new HmacKey(bytes);
    for (const algorithm of ["sha1", "sha256", "sha1"] as const) {
      const [first, second] = [randomBytes(i % 3 === 0 ? 0 : 20), randomBytes((i * 31) % 1300)];
      const whole = createHmac(algorithm, bytes).update(first).update(second).digest();
      const out = Buffer.alloc(whole.length);
      key.write(algorithm, out, first, second);
      assert.deepEqual(out, whole);
      const cut = Buffer.alloc(10);
      key.write(algorithm, cut, Buffer.concat([first, second]));
      assert.deepEqual(cut, whole.subarray(0, 10));
    }
  }
});

test("a place larger than the HMAC keeps what is behind it", () => {
  const out = Buffer.alloc(40, 7);
  new HmacKey(Buffer.from("key")).write("sha1", out, Buffer.from("text"));
  assert.deepEqual(out.subarray(20), Buffer.alloc(20, 7));
});

test("the addon is what was tested here", { skip: nativeMissing() ?? false }, () => {
  const key = new HmacKey(Buffer.from("key"));
  assert.throws(() => key.write("sha1", "no bytes" as never, Buffer.alloc(1)), { code: "NATIVE_ARGUMENT" });
});
