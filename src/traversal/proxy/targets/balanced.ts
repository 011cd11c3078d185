import type { OutgoingRequest, Running } from "../http/client-pool.ts";
import type { Upstream } from "../upstream.ts";
import type { TargetSet } from "./target-set.ts";

/** The next hop of a join host: each request and each WebSocket goes to the target whose turn it is. */
export function balanced(targets: Pick<TargetSet, "choose">, mayPass: () => void): Upstream {
  const next = async () => {
    mayPass();
    const target = await targets.choose();
    target.requests++;
    return target.upstream;
  };
  return {
    request: (request) => onceChosen(next(), request, (upstream) => upstream.request(request)),
    upgrade: (request) => onceChosen(next(), request, (upstream) => upstream.upgrade(request)),
  };
}

function onceChosen(
  chosen: Promise<Upstream>,
  request: OutgoingRequest,
  send: (upstream: Upstream) => Running,
): Running {
  let running: Running | undefined;
  let aborted = false;
  chosen.then(
    (upstream) => {
      if (!aborted) running = send(upstream);
    },
    (error: Error) => {
      if (!aborted) request.failed(error);
    },
  );
  return {
    resume: () => running?.resume(),
    abort: () => {
      aborted = true;
      running?.abort();
    },
  };
}
