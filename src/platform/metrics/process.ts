import type { MetricFamily, MetricGroup } from "./page.ts";

interface ProcessFacts {
  readonly cpu: NodeJS.CpuUsage;
  readonly memory: NodeJS.MemoryUsage;
  /** Seconds since 1970. */
  readonly startedAt: number;
}

const one = (value: number) => [{ labels: {}, value }];

const FAMILIES: readonly MetricFamily<ProcessFacts>[] = [
  {
    type: "counter",
    name: "process_cpu_seconds_total",
    help: "Processor time of the role's own process, user and system.",
    labels: [],
    samples: ({ cpu }) => one((cpu.user + cpu.system) / 1e6),
  },
  {
    type: "gauge",
    name: "process_resident_memory_bytes",
    help: "Memory of the role's own process.",
    labels: [],
    samples: ({ memory }) => one(memory.rss),
  },
  {
    type: "gauge",
    name: "nodejs_heap_used_bytes",
    help: "Of it, JavaScript objects in use.",
    labels: [],
    samples: ({ memory }) => one(memory.heapUsed),
  },
  {
    type: "gauge",
    name: "process_start_time_seconds",
    help: "When the role's process started, in seconds since 1970.",
    labels: [],
    samples: ({ startedAt }) => one(startedAt),
  },
];

/** Names as every Prometheus client gives them. Workers are processes of their own and not counted. */
export function processMetrics(): MetricGroup<ProcessFacts> {
  const startedAt = performance.timeOrigin / 1000;
  return {
    read: () => ({ cpu: process.cpuUsage(), memory: process.memoryUsage(), startedAt }),
    families: FAMILIES,
  };
}
