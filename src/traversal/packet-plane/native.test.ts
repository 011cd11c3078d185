import { planeConformance } from "./conformance.ts";
import { openNativePlane } from "./index.ts";

planeConformance("native plane, one thread", openNativePlane(1), { icmp: true });
planeConformance("native plane, four threads", openNativePlane(4), { icmp: true });
