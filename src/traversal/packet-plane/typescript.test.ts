import { nativeAvailable } from "#native";
import { planeConformance } from "./conformance.ts";
import { openTypescriptPlane } from "./index.ts";
import { TypescriptPlane } from "./typescript/plane.ts";
import { dgramSockets } from "./typescript/relay-sockets.ts";

planeConformance("typescript plane", openTypescriptPlane, { icmp: nativeAvailable() });

planeConformance(
  "typescript plane without the native addon",
  (scope, listener) => new TypescriptPlane(scope, listener, dgramSockets),
  { icmp: false },
);
