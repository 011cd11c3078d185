import { BRIDGE, relayOptions, world } from "./test-world.ts";
const ipv4 = { address: "127.0.0.1", advertised: "127.0.0.1" };
const w = await world({ tcpAllocations: true, relay: relayOptions({ ipv4 }), limits: { ...(await import("./test-world.ts")).LIMITS, allocationsPerUser: 50, allocations: 100 } });
console.log(w.at.port);
setTimeout(async () => { console.error(JSON.stringify(w.server.status(), null, 0)); for (const l of w.lines.slice(0, 12)) console.error(JSON.stringify(l)); await w.scope.close(); process.exit(); }, 15000);
