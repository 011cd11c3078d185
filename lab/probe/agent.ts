import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { get } from "node:https";
import { connect, createServer } from "node:net";
import { performance } from "node:perf_hooks";
import { text } from "node:stream/consumers";
import type { ProbeAnswer, ProbeRequest } from "./messages.ts";

// Runs on a host of the lab and does with real sockets what its parent asks. Ends with its parent.

const handlers: { [K in ProbeRequest["do"]]: (request: Extract<ProbeRequest, { do: K }>) => Promise<ProbeAnswer> } = {
  listen: ({ transport, address, port }) =>
    new Promise((resolve, reject) => {
      if (transport === "tcp") {
        const server = createServer((socket) => socket.on("error", () => {}).end(socket.remoteAddress ?? ""));
        server.once("error", reject).listen(port, address, () => resolve(undefined));
        return;
      }
      const socket = createSocket("udp4");
      // The answer tells the sender how it looks from here, as a STUN server does.
      socket.on("message", (_, from) => socket.send(`${from.address}:${from.port}`, from.port, from.address));
      socket.once("error", reject).bind(port, address, () => resolve(undefined));
    }),
  tcp: ({ address, port, timeoutMs }) =>
    new Promise((resolve) => {
      const socket = connect({ host: address, port });
      let received = "";
      const settle = (answer: ProbeAnswer) => {
        socket.destroy();
        resolve(answer);
      };
      socket.setTimeout(timeoutMs, () => settle(undefined));
      socket.on("error", () => settle(undefined));
      socket.on("data", (data) => {
        received += data;
      });
      socket.on("end", () => settle({ seenAs: received, ms: 0 }));
    }),
  udp: ({ address, port, fromPort, timeoutMs }) =>
    new Promise((resolve) => {
      const socket = createSocket("udp4");
      const started = performance.now();
      const settle = (answer: ProbeAnswer) => {
        clearTimeout(timer);
        socket.close();
        resolve(answer);
      };
      const timer = setTimeout(() => settle(undefined), timeoutMs);
      socket.on("error", () => settle(undefined));
      socket.on("message", (message) => settle({ seenAs: String(message), ms: performance.now() - started }));
      socket.bind(fromPort, () => socket.send("probe", port, address));
    }),
  lookup: async ({ name }) => {
    const found = await lookup(name, { family: 4 }).catch(() => undefined);
    return found && { seenAs: found.address, ms: 0 };
  },
  https: ({ name, address, port, path, authority, timeoutMs }) =>
    new Promise((resolve) => {
      const options = {
        host: address,
        port,
        servername: name,
        path,
        ca: authority,
        headers: { host: name },
        agent: false,
      };
      const request = get({ ...options, timeout: timeoutMs }, async (response) => {
        const body = await text(response).catch(() => "");
        resolve({ seenAs: `${response.statusCode} ${body}`, ms: 0 });
      });
      request.on("timeout", () => request.destroy());
      request.on("error", () => resolve(undefined));
    }),
};

process.on("message", async ({ id, request }: { id: number; request: ProbeRequest }) => {
  const handler = handlers[request.do] as (request: ProbeRequest) => Promise<ProbeAnswer>;
  try {
    process.send!({ id, answer: await handler(request) });
  } catch (error) {
    process.send!({ id, error: String(error) });
  }
});
process.on("disconnect", () => process.exit(0));
