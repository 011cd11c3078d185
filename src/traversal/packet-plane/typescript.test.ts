import { planeConformance } from "./conformance.ts";
import { openTypescriptPlane } from "./index.ts";

planeConformance("typescript plane", openTypescriptPlane);
