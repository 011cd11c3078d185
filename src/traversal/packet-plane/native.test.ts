import { planeConformance } from "./conformance.ts";
import { openNativePlane } from "./index.ts";

planeConformance("native plane, one thread", openNativePlane({ threads: 1 }), { icmp: true });
planeConformance("native plane, four threads", openNativePlane({ threads: 4, alwaysSpread: true }), { icmp: true });
