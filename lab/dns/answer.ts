import * as packet from "dns-packet";

/** IPv4 addresses by name. */
export type Zone = Readonly<Record<string, string>>;

const NXDOMAIN = 3;
const TTL_SECONDS = 30;

/** The answer of a server that knows this zone and nothing else; undefined for what is no query. */
export function answerQuery(zone: Zone, query: Buffer): Buffer | undefined {
  const { id, questions = [] } = packet.decode(query);
  const question = questions[0];
  if (id === undefined || question === undefined) return undefined;
  const data = zone[question.name.toLowerCase()];
  const known = data !== undefined && question.type === "A";
  const answers: packet.Answer[] = known ? [{ name: question.name, type: "A", ttl: TTL_SECONDS, data }] : [];
  const flags = packet.AUTHORITATIVE_ANSWER | (data === undefined ? NXDOMAIN : 0);
  return packet.encode({ type: "response", id, flags, questions: [question], answers });
}
