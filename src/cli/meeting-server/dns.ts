import type { LookupAnswer } from "#meeting-server";
import { print, type RoleOptions } from "#role-control";
import { type Look, plural, printable, table } from "#terminal";
import { serverControl } from "./server-control.ts";

export async function flush(options: RoleOptions): Promise<void> {
  const answer = await serverControl(options)<{ readonly flushed: number }>("POST", "/api/dns/flush");
  print(options, answer, () => flushText(answer.flushed));
}

export async function lookup(name: string, type: string | undefined, options: RoleOptions): Promise<void> {
  const query = new URLSearchParams({ name, ...(type ? { type: type.toUpperCase() } : {}) });
  const answer = await serverControl(options)<LookupAnswer>("GET", `/api/dns/lookup?${query}`);
  print(options, answer, (look) => lookupText(answer, look));
}

export function flushText(flushed: number): string {
  return `The DNS cache is empty now: ${plural(flushed, "answer was", "answers were")} forgotten. Links that failed are dialled again.`;
}

export function lookupText({ name, type, records, from, edges }: LookupAnswer, { paint }: Look): string {
  const source = from === "cache" ? "the cache" : from === "hosts" ? "/etc/hosts" : from.server;
  const rows = records.map((one) => [printable(one.name), one.type, `${one.ttl} s`, printable(one.data)]);
  const columns = [
    { title: "name" },
    { title: "type" },
    { title: "lives", align: "right" as const },
    { title: "data" },
  ];
  return [
    paint("title", `${type} ${printable(name)}, from ${source}`),
    ...table(columns, rows, paint),
    ...edges.map((edge) =>
      paint("warn", `\n${edge} is the edge: inside, a Web Bridge's name must lead to the Web Bridge itself.`),
    ),
  ].join("\n");
}
