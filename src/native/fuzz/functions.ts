import { ADDRESS_WORDS, PORT } from "../datagram-records.ts";
import type { HandleKind } from "./handles.ts";
import {
  address,
  addresses,
  anyNumber,
  bytes,
  callback,
  flag,
  handle,
  type Kind,
  maybeAddress,
  number,
  port,
  rate,
  slab,
  text,
} from "./kinds.ts";

/** What a function of the addon takes, and what may come of it. */
export interface Signature {
  readonly takes: readonly Kind[];
  /** From this one on all may be left out. */
  readonly least?: number;
  /** What it may return. */
  readonly gives: (result: unknown) => boolean;
  /** What is right by itself, is it together? */
  readonly fits?: (...values: never[]) => boolean;
  /** It may refuse what it takes, by these codes, since it depends on what it knows. */
  readonly refuses?: readonly string[];
  readonly opens?: HandleKind;
  readonly closes?: boolean;
}

const nothing = (result: unknown) => result === undefined;
const whether = (result: unknown) => typeof result === "boolean";
const aText = (result: unknown) => typeof result === "string";
const whole = (result: unknown) => Number.isSafeInteger(result);
const errno = (result: unknown) => whole(result) && (result as number) >= 0 && (result as number) < 134;
const listOf = (each: (item: unknown) => boolean) => (result: unknown) => Array.isArray(result) && result.every(each);
const aHandle = (result: unknown) => typeof result === "object" && result !== null;
const handleOrErrno = (result: unknown) => aHandle(result) || (errno(result) && result !== 0);
const aBuffer = (result: unknown) => Buffer.isBuffer(result);
const outcome = (result: unknown) => {
  const { state, timeoutMs, datagrams, data } = result as Record<string, unknown>;
  return aText(state) && whole(timeoutMs) && listOf(aBuffer)(datagrams) && listOf(aBuffer)(data);
};

const [plane, udp, batch, connection] = [handle("plane"), handle("udp"), handle("batch"), handle("connection")];
const id = number(0, 2 ** 32 - 2, [0, 1, 2, 3, 4, 5, 6, 7]);
const lane = number(0, 63, [0, 0, 1, 2]);
const listener = number(0, 63, [0, 0, 0, 1]);
const size = number(0, 2 ** 31 - 1, [0, 1, 65_536, 1 << 22]);
const path = [listener, lane, address, port];
const anAddress = addresses([]);
/** Behind offset and length in a slab. */
const records = addresses([
  [0, 0, 0, 0, 10, 65_536, 2 ** 32 - 1],
  [0, 1, 100, 100, 100, 1200, 65_535, 65_536, 2 ** 32 - 1],
]);
const at = number(0, 2 ** 32 - 1, [0, 0, 16, 60]);
const aead: Signature = {
  takes: [handle("aead"), bytes(12), slab, at, at, at],
  fits: (_handle: unknown, _nonce: unknown, whole: Uint8Array, start: number, end: number) =>
    Math.floor(start) <= Math.floor(end) && Math.floor(end) <= whole.length,
  gives: whether,
};
const known = ["NATIVE_ARGUMENT"];

function areInside(_handle: unknown, { length }: Uint8Array, records: Uint32Array, count: number): boolean {
  const each = 2 + ADDRESS_WORDS;
  if (Math.floor(count) > Math.floor(records.length / each)) return false;
  return Array.from({ length: Math.floor(count) }, (_, i) => records.subarray(i * each, (i + 1) * each)).every(
    (record) =>
      record[0]! + record[1]! <= length && record[1]! <= 65_535 && [0, 4, 6].includes(record[2 + PORT]! >>> 16),
  );
}

/** Every function that the addon has. */
export const FUNCTIONS: Readonly<Record<string, Signature>> = {
  createContext: { takes: [], gives: aHandle, opens: "context" },
  contextFingerprint: { takes: [handle("context")], gives: aBuffer },
  accept: {
    takes: [handle("context"), text("sha256", "sha512", "none"), bytes(), text("SRTP_AES128_CM_SHA1_80"), flag],
    gives: aHandle,
    refuses: ["NATIVE_ARGUMENT", "NATIVE_OPENSSL"],
    opens: "connection",
  },
  receive: { takes: [connection, bytes()], gives: outcome },
  retransmit: { takes: [connection], gives: outcome },
  send: { takes: [connection, bytes()], gives: outcome },
  profile: { takes: [connection], gives: aText },
  keys: { takes: [connection, number(0, 256, [60])], gives: aBuffer },
  close: { takes: [connection], gives: outcome, closes: true },

  openUdp: { takes: [maybeAddress, anyNumber, size, callback], gives: handleOrErrno, opens: "udp" },
  udpPort: { takes: [udp], gives: whole },
  sendUdp: { takes: [udp, bytes(), maybeAddress, anyNumber, flag], gives: errno },
  receiveUdp: { takes: [udp, slab], gives: listOf((item) => whole(item) || aText(item)) },
  readUdpErrors: { takes: [udp], gives: listOf((item) => typeof item === "object") },
  closeUdp: { takes: [handle("udp", true)], gives: nothing, closes: true },

  openBatchedUdp: {
    takes: [maybeAddress, anyNumber, flag, size, flag, flag, callback],
    gives: handleOrErrno,
    opens: "batch",
  },
  batchedUdpAddress: { takes: [batch, anAddress], gives: nothing },
  receiveBatch: { takes: [batch, slab, records], gives: whole },
  sendBatch: { takes: [batch, slab, records, number(0, 4096, [0, 1, 1, 1, 40])], fits: areInside, gives: whole },
  pendingUdpError: { takes: [batch], gives: errno },
  batchedUdpCounters: { takes: [handle("batch", true)], gives: aHandle },
  closeBatchedUdp: { takes: [handle("batch", true)], gives: nothing, closes: true },
  packAddress: { takes: [maybeAddress, anyNumber, anAddress], gives: whether },
  addressText: { takes: [anAddress], gives: aText },

  aead: { takes: [bytes(16, 32), flag], gives: aHandle, opens: "aead" },
  seal: aead,
  open: aead,
  hmacKey: { takes: [bytes()], gives: aHandle, opens: "hmac" },
  hmac: { takes: [handle("hmac"), flag, bytes(), bytes(), bytes()], gives: nothing },

  openPlane: {
    takes: [number(1, 64, [1, 1, 2]), number(0, 100_000, [0, 100, 2000]), flag, callback],
    gives: handleOrErrno,
    opens: "plane",
  },
  closePlane: { takes: [handle("plane", true)], gives: nothing, closes: true },
  planeListen: {
    takes: [plane, address, number(0, 65_535, [0])],
    gives: (result) => errno(result) || listOf(whole)(result),
  },
  planeOpenRelay: {
    takes: [plane, id, address, port, address, port, rate, rate, ...path],
    least: 8,
    gives: errno,
    refuses: known,
  },
  planeCloseRelay: { takes: [plane, id], gives: nothing },
  planeMoveRelay: { takes: [plane, id, ...path], least: 2, gives: nothing, refuses: known },
  planePermit: { takes: [plane, id, address, flag], gives: nothing },
  planeBindChannel: { takes: [plane, id, number(0x4000, 0x7fff), address, port], least: 3, gives: nothing },
  planeAdmit: { takes: [plane, id, address, port], gives: nothing },
  planeForgetAdmitted: { takes: [plane, id], gives: nothing },
  planeSetChallenge: {
    takes: [plane, bytes(), number(0, 1024), bytes(32), number(0, 2 ** 32 - 1), number(1, 65_535)],
    least: 1,
    gives: nothing,
    refuses: known,
  },
  planeReply: { takes: [plane, bytes(), ...path], gives: nothing, refuses: known },
  planeSendReplies: { takes: [plane], gives: whether },
  planeSendToPeer: { takes: [plane, id, address, port, bytes(), flag], gives: whether },
  planeSendOnChannel: { takes: [plane, id, number(0, 65_535, [0x4000, 0x4001, 0x4002]), bytes()], gives: whether },
  planeRelay: { takes: [plane, id], gives: (result) => nothing(result) || listOf(whole)(result) },
  planeBalance: { takes: [plane], gives: nothing },
  planeSetTapped: { takes: [plane, flag], gives: nothing },
  planeTake: { takes: [plane, slab, flag], gives: whole },
  planeStatus: { takes: [plane], gives: listOf(whole) },
  ipv6Text: { takes: [bytes(16)], gives: aText },
  noNewPrivileges: { takes: [], gives: errno },
};
