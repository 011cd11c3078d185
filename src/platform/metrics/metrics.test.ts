import assert from "node:assert/strict";
import { test } from "node:test";
import { type MetricGroup, metricsPage, processMetrics } from "./index.ts";

interface Facts {
  readonly seen: Readonly<Record<string, number>>;
  readonly open: number;
}

const group = (read: () => Facts | Promise<Facts>): MetricGroup<Facts> => ({
  up: { name: "thing_up", help: "Whether it answers." },
  read,
  families: [
    {
      type: "counter",
      name: "thing_seen_total",
      help: "What was seen.",
      labels: ["kind"],
      samples: ({ seen }) => Object.entries(seen).map(([kind, value]) => ({ labels: { kind }, value })),
    },
    {
      type: "gauge",
      name: "thing_open",
      help: "Open.",
      labels: [],
      samples: ({ open }) => [{ labels: {}, value: open }],
    },
  ],
});

test("values are absolute: a scrape adds nothing to the one before, nor to one at the same time", async () => {
  let facts: Facts = { seen: { a: 3, 'b"\n': 4 }, open: 7 };
  const page = metricsPage(group(() => facts));
  const both = await Promise.all([page.text(), page.text()]);
  assert.equal(both[0], both[1]);
  assert.match(both[0], /^# TYPE thing_seen_total counter\nthing_seen_total\{kind="a"\} 3\n/m);
  assert.match(both[0], /^thing_seen_total\{kind="b\\"\\n"\} 4$/m);
  assert.match(both[0], /^# TYPE thing_open gauge\nthing_open 7$/m);
  facts = { seen: { a: 5 }, open: 0 };
  const next = await page.text();
  assert.match(next, /^thing_seen_total\{kind="a"\} 5$/m);
  assert.doesNotMatch(next, /kind="b/);
  assert.match(next, /^thing_open 0$/m);
});

test("a source that fails is down and has no values; the others keep theirs", async () => {
  const text = await metricsPage(
    group(() => Promise.reject(new Error("gone"))),
    processMetrics(),
  ).text();
  assert.match(text, /^thing_up 0$/m);
  assert.doesNotMatch(text, /thing_open|thing_seen/);
  assert.match(text, /^process_resident_memory_bytes [1-9]\d{6,}$/m);
  assert.match(text, /^process_cpu_seconds_total \d/m);
});

test("the page is Prometheus text 0.0.4", () => {
  assert.equal(metricsPage().contentType, "text/plain; version=0.0.4; charset=utf-8");
});
