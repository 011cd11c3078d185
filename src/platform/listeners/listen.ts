import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import type { Scope, TransportAddress } from "#base";

/** Opens a listener that closes with `scope`; port 0 takes any free one. Rejects with Node's error if it cannot be bound. */
export async function listen(scope: Scope, server: Server, where: TransportAddress): Promise<TransportAddress> {
  server.listen({ host: where.address, port: where.port });
  await once(server, "listening");
  scope.defer(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { address, port } = server.address() as AddressInfo;
  return { address, port };
}
