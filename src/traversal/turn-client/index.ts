export { askBinding, type BindingAnswer } from "./binding.ts";
export { HEADROOM, type TurnAllocation, type TurnClientOptions } from "./contract.ts";
export { shortTermCredentials, type TurnCredentials, type TurnRole } from "./credentials.ts";
export { turnClientErrors } from "./errors.ts";
export { openTurnAllocation } from "./open.ts";
export { type ProbeAnswer, probeAllocation } from "./probe.ts";
export { type CountStrays, type SelftestResult, type SelftestTarget, selftest } from "./selftest.ts";
