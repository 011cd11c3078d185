/** Bits per second of one active layer. */
export interface LayerRate {
  readonly index: number;
  readonly bitrate: number;
}

/** A video subscription that wants packets: its usable layers, lowest first, and the one that it receives now. */
export interface Demand {
  readonly layers: readonly LayerRate[];
  readonly current: number | undefined;
}

/** A layer that is not received yet must leave so much room, so that measured rates that vary cause no flapping. */
const UPGRADE_MARGIN = 1.2;

/**
 * The highest layer that each subscription may have within the budget. Everyone gets the lowest one, whatever the budget
 * says; what is left raises all by one step at a time, in order.
 */
export function allocateLayers(demands: readonly Demand[], budget: number): number[] {
  const steps = demands.map(() => 0);
  let left = budget - demands.reduce((sum, demand) => sum + (demand.layers[0]?.bitrate ?? 0), 0);
  for (let raised = true; raised; ) {
    raised = false;
    demands.forEach((demand, i) => {
      const [now, next] = [demand.layers[steps[i]!], demand.layers[steps[i]! + 1]];
      if (!now || !next) return;
      const cost = Math.max(0, next.bitrate - now.bitrate);
      const held = demand.current !== undefined && next.index <= demand.current;
      if (cost * (held ? 1 : UPGRADE_MARGIN) > left) return;
      left -= cost;
      steps[i]!++;
      raised = true;
    });
  }
  return demands.map((demand, i) => demand.layers[steps[i]!]?.index ?? 0);
}
