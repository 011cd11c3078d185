import assert from "node:assert/strict";
import { attributes, rowsByType } from "./attributes.ts";
import { decodeChannelData, isChannelData } from "./channel-data.ts";
import { CLASS_MASK, MessageClass, methodName } from "./constants.ts";
import { decodeMessage, isStun, type StunMessage } from "./decode.ts";
import { attribute, encodeMessage } from "./encode.ts";
import { DecodeError } from "./errors.ts";
import { FrameReader } from "./framing.ts";
import { verifyIntegrity } from "./integrity.ts";
import type { AttributeRow } from "./rows.ts";

const KEY = Buffer.from("key");

/**
 * What holds for any bytes, from the network or from a fuzzer: throws an AssertionError, or whatever decoding throws.
 * Returns what became of them, in words, for a fuzzer that looks for what is new.
 */
export function fuzzStun(bytes: Uint8Array): readonly string[] {
  const packet = Buffer.from(bytes);
  const words = [...checkMessage(packet), ...checkChannelData(packet), ...checkFrames(packet)];
  assert.ok(packet.equals(bytes), "reading changes nothing");
  return words;
}

function checkMessage(packet: Buffer): readonly string[] {
  const message = decodeMessage(packet);
  if (message instanceof DecodeError) {
    assert.ok(message.place.length > 0);
    return [`message refused: ${message.place}`];
  }
  assert.ok(isStun(packet) && !isChannelData(packet));
  assert.equal(message.method & CLASS_MASK, 0);
  assert.ok((Object.values(MessageClass) as number[]).includes(message.class));
  assert.notEqual(message.malformed, "");
  for (const type of message.unknown) assert.ok(!rowsByType.has(type));
  for (const algorithm of ["sha1", "sha256"] as const) verifyIntegrity(message, KEY, algorithm);
  const rows = Object.values(attributes) as AttributeRow<unknown>[];
  for (const row of rows) checkValue(message, row);
  const present = rows.filter((row) => message.get(row) !== undefined).map(({ name }) => name);
  const method = methodName(message.method).replace(/^0x.*/, "unknown method");
  return [`message: ${method}, class ${message.class}, ${message.malformed ?? "well-formed"}`, ...present];
}

/** What was read is written and read again as the same. */
function checkValue(message: StunMessage, row: AttributeRow<unknown>): void {
  const value = message.get(row);
  const [first] = message.all(row);
  if (message.malformed === undefined) assert.deepEqual(first, value);
  if (value === undefined || hasReplacement(value)) return;
  const { method, class: kind, transactionId } = message;
  const again = decodeMessage(
    encodeMessage({ method, class: kind, transactionId, attributes: [attribute(row, value)] }),
  );
  assert.ok(!(again instanceof DecodeError), row.name);
  assert.deepEqual(again.get(row), value, row.name);
}

/** Ill-formed UTF-8 grows when it is written: U+FFFD takes three bytes, and may then be longer than allowed. */
function hasReplacement(value: unknown): boolean {
  return JSON.stringify(value).includes("\ufffd");
}

function checkChannelData(packet: Buffer): readonly string[] {
  const read = decodeChannelData(packet);
  if (read instanceof DecodeError) {
    assert.ok(read.place.length > 0);
    return [`ChannelData refused: ${read.place}`];
  }
  assert.ok(isChannelData(packet) && !isStun(packet));
  assert.ok(read.channel >= 0x4000 && read.channel <= 0x7fff);
  assert.ok(read.data.length <= packet.length - 4);
  return ["ChannelData"];
}

/** The stream ends in the same way and gives the same frames whole, byte by byte, and cut at places of its own choice. */
function checkFrames(stream: Buffer): readonly string[] {
  const whole = frames(stream, () => stream.length);
  assert.deepEqual(
    frames(stream, () => 1),
    whole,
  );
  assert.deepEqual(
    frames(stream, (at) => 1 + (stream[at]! % 23)),
    whole,
  );
  return [`frames: ${Math.min(whole.seen.length, 8)}, ${whole.alive ? "goes on" : "broken off"}`];
}

function frames(stream: Buffer, step: (at: number) => number): { readonly alive: boolean; readonly seen: string[] } {
  const seen: string[] = [];
  const reader = new FrameReader((frame) => seen.push(frame.toString("latin1")));
  for (let at = 0; at < stream.length; ) {
    const end = at + step(at);
    if (!reader.push(stream.subarray(at, end))) return { alive: false, seen };
    at = end;
  }
  return { alive: true, seen };
}
