export { type MetricFamily, type MetricGroup, type MetricSample, type MetricsPage, metricsPage } from "./page.ts";
export { processMetrics } from "./process.ts";
