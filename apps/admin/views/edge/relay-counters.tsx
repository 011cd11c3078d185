import type { AllocationStatus } from "../../model/answers.ts";
import { bytes } from "../../model/format.ts";
import { useStrings } from "../context.ts";
import { Section } from "../kit/page.tsx";
import { Table } from "../kit/table.tsx";

/** Packets of the relay, then requests by method and responses by code. */
export function RelayCounters({ relay: { counters, requests, responses } }: { readonly relay: AllocationStatus }) {
  const { edge, language } = useStrings();
  const words = edge.relays;
  const count = (value: number) => value.toLocaleString(language);
  const packets: readonly (readonly [name: string, value: string])[] = [
    [words.sent, `${count(counters.sentPackets)} · ${bytes(counters.sentBytes)}`],
    [words.received, `${count(counters.receivedPackets)} · ${bytes(counters.receivedBytes)}`],
    [words.hairpin, count(counters.hairpinPackets)],
    [words.refusedPackets, count(counters.refusedPackets)],
    [words.dropped, count(counters.droppedPackets)],
    [words.limited, count(counters.limitedPackets)],
  ];
  const named = (prefix: string, values: Readonly<Record<string, number>>) =>
    Object.entries(values).map(([name, value]) => [`${prefix}: ${name}`, count(value)] as const);
  return (
    <Section title={words.counters} flush>
      <Table caption={words.counters} columns={[{ head: words.what }, { head: words.count, kind: "number" }]}>
        {[...packets, ...named(words.requests, requests), ...named(words.responses, responses)].map(([name, value]) => (
          <tr key={name}>
            <th scope="row" class="words fill">
              {name}
            </th>
            <td class="number">{value}</td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}
