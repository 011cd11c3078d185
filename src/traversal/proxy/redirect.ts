import { parseHostPort, type Scope, type TransportAddress } from "#base";
import { listen } from "#listeners";
import type { ProxyLimits } from "./limits.ts";
import { plainServer, SourceCap } from "./server.ts";

export interface RedirectOptions {
  readonly listen: TransportAddress;
  readonly joinHosts: readonly string[];
  /** Where the HTTPS listener is; 443 is left out of the address. */
  readonly httpsPort: number;
  readonly limits: ProxyLimits;
}

/** Plain HTTP: sends browsers to the same address over HTTPS, answers nothing else, closes after one answer. */
export async function startRedirect(scope: Scope, options: RedirectOptions): Promise<TransportAddress> {
  const server = plainServer(options.limits);
  const cap = new SourceCap(options.limits.connectionsPerSource);
  server.on("connection", (socket) => cap.admit(socket));
  server.on("request", (request, response) => {
    const host = parseHostPort(request.headers.host ?? "", 80)?.address.toLowerCase() ?? "";
    const port = options.httpsPort === 443 ? "" : `:${options.httpsPort}`;
    const path = /^\/[\x21-\x7e]*$/.test(request.url ?? "") ? request.url : "/";
    if (options.joinHosts.includes(host))
      response.writeHead(308, { location: `https://${host}${port}${path}`, connection: "close" });
    else response.writeHead(404, { connection: "close" });
    response.end();
  });
  const address = await listen(scope, server, options.listen);
  scope.defer(() => server.closeAllConnections());
  return address;
}
