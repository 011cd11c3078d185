import type { IncomingMessage } from "node:http";
import helmet from "@fastify/helmet";
import type { FastifyInstance } from "fastify";

const HOST = /^([a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/i;

/**
 * The meeting page may load from and talk to its own host only. The secure WebSocket is named beside 'self', which older
 * Safari does not extend to wss; on any port, since a firewall outside may have changed it. The link's secret is in the page's address, so no referrer leaves it.
 */
export async function addSecurityHeaders(
  app: FastifyInstance,
  joinHostOf: (request: IncomingMessage) => string | undefined,
): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:", "blob:"],
        fontSrc: ["'self'"],
        mediaSrc: ["'self'", "blob:", "mediastream:"],
        workerSrc: ["'self'", "blob:"],
        manifestSrc: ["'self'"],
        connectSrc: ["'self'", (request) => ownWebSocket(joinHostOf(request))],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    frameguard: { action: "deny" },
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
    crossOriginEmbedderPolicy: false,
  });
  app.addHook("onSend", async (_request, reply) => {
    reply.header("permissions-policy", "camera=(self), microphone=(self), display-capture=(self), geolocation=()");
  });
}

function ownWebSocket(host: string | undefined): string {
  const name = HOST.exec(host ?? "")?.[1];
  return name ? `wss://${name}:*` : "'self'";
}
