import { Counter, Gauge, Registry } from "prom-client";

/** Metrics as Prometheus scrapes them; made anew for each scrape. */
export interface MetricsPage {
  /** "text/plain; version=0.0.4; charset=utf-8" */
  readonly contentType: string;
  text(): Promise<string>;
}

export interface MetricSample {
  /** Fixed words and numbers only. Whatever a stranger could choose must not become a label: each value is kept for ever. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One row of a part's table of metrics. The values are absolute: what counts is counted elsewhere. */
export interface MetricFamily<S> {
  readonly type: "counter" | "gauge";
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly samples: (source: S) => readonly MetricSample[];
}

/** Families that are read together. */
export interface MetricGroup<S> {
  /** A gauge that is 1 if `read` gave a value, and 0 if it failed, when the group has no samples. */
  readonly up?: { readonly name: string; readonly help: string };
  readonly read: () => S | Promise<S>;
  readonly families: readonly MetricFamily<S>[];
}

/** Each scrape has a registry of its own: two at once cannot mix, and no value outlives its source. */
export function metricsPage<S extends readonly unknown[]>(
  ...groups: { readonly [K in keyof S]: MetricGroup<S[K]> }
): MetricsPage {
  return {
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    text: async () => {
      const registry = new Registry();
      for (const fill of await Promise.all(groups.map((group) => readGroup(group)))) fill(registry);
      return registry.metrics();
    },
  };
}

/** Reads the group's source; what it gives writes the samples, all at once. */
async function readGroup<S>({ up, read, families }: MetricGroup<S>): Promise<(registry: Registry) => void> {
  const source = await attempt(read);
  return (registry) => {
    if (up) new Gauge({ ...up, registers: [registry] }).set(source ? 1 : 0);
    if (source) for (const family of families) addFamily(registry, family, source.value);
  };
}

/** A part that does not answer is a value of `up`, and no reason to hide the others. */
async function attempt<S>(read: MetricGroup<S>["read"]): Promise<{ readonly value: S } | undefined> {
  try {
    return { value: await read() };
  } catch {
    return undefined;
  }
}

function addFamily<S>(registry: Registry, family: MetricFamily<S>, source: S): void {
  const { name, help, labels } = family;
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  const metric = family.type === "counter" ? new Counter(options) : new Gauge(options);
  for (const sample of family.samples(source)) metric.inc({ ...sample.labels }, sample.value);
}
