import { createLog, systemClock } from "#base";
import { serveParent } from "#worker-process";
import type { MediaEvent, MediaRequest, MediaWorkerOptions } from "./control.ts";
import { MediaWorker } from "./media-worker.ts";
import { openTransportHost } from "./transport/index.ts";

// The entry of a media worker process: the pool starts it and speaks to it in the words of control.ts.
serveParent<MediaWorkerOptions, MediaRequest, MediaEvent>({
  async start(options, scope, emit) {
    const log = createLog(options.logLevel, { part: "media-worker", pid: process.pid });
    const onEdge = (edge: Extract<MediaEvent, { event: "edge" }>["edge"]) => emit({ event: "edge", edge });
    const host = await openTransportHost(scope, { ...options, onEdge }, systemClock, log);
    const worker = new MediaWorker(scope, { host, clock: systemClock, random: Math.random, emit });
    log.info("media worker is ready", { listen: options.listen, edges: options.edges.map((e) => e.serverAddress) });
    return (request) => worker.handle(request);
  },
});
