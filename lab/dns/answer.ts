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
  const known = data !== undefined && question.type === (question.name.startsWith("_") ? "SRV" : "A");
  const answers = (known ? [data].flat() : []).map((text) => answerOf(question.name, text));
  const flags = packet.AUTHORITATIVE_ANSWER | (data === undefined ? NXDOMAIN : 0);
  return packet.encode({ type: "response", id, flags, questions: [question], answers });
}

/** RFC 2782: names of services begin with an underscore. */
function answerOf(name: string, text: string): packet.Answer {
  if (!name.startsWith("_")) return { name, type: "A", ttl: TTL_SECONDS, data: text };
  const [priority, weight, port, target] = text.split(" ");
  const data = { priority: Number(priority), weight: Number(weight), port: Number(port), target: target! };
  return { name, type: "SRV", ttl: TTL_SECONDS, data };
}
