import * as packet from "dns-packet";
import type { Zone } from "../plan.ts";

const NXDOMAIN = 3;
const TTL_SECONDS = 30;

/** The answer of a server that knows this zone and nothing else; undefined for what is no query. */
export function answerQuery(zone: Zone, query: Buffer): Buffer | undefined {
  const { id, questions = [] } = packet.decode(query);
  const question = questions[0];
  if (id === undefined || question === undefined) return undefined;
  const data = zone[question.name.toLowerCase()];
  const known = data !== undefined && question.type === "A";
  const answers = (known ? [data].flat() : []).map(
    (address): packet.Answer => ({ name: question.name, type: "A", ttl: TTL_SECONDS, data: address }),
  );
  const flags = packet.AUTHORITATIVE_ANSWER | (data === undefined ? NXDOMAIN : 0);
  return packet.encode({ type: "response", id, flags, questions: [question], answers });
}
