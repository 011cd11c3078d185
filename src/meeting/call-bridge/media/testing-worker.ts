import { systemClock } from "#base";
import { serveParent } from "#worker-process";
import type { MediaEvent, MediaRequest, MediaWorkerOptions } from "./control.ts";
import { MediaWorker } from "./media-worker.ts";
import { MemoryHost } from "./testing-host.ts";

// A media worker without network, for tests of the pool. Port 1 stands for a port that is taken.
serveParent<MediaWorkerOptions, MediaRequest, MediaEvent>({
  async start(options, scope, emit) {
    if (options.listen.port === 1) throw new Error("port 1 is taken");
    const host = new MemoryHost();
    host.setEdges(options.edges);
    const worker = new MediaWorker(scope, { host, clock: systemClock, random: () => 0, emit });
    return (request) => worker.handle(request);
  },
});
