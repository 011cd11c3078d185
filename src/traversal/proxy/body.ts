import type { OutgoingBody } from "./http/client-pool.ts";
import type { Exchange } from "./http/exchange.ts";

/**
 * The body of a request on its way on, or undefined if it has none. `tooLarge` is called once it is over `bytes`, where its
 * length was not told before: that has been checked by a pass.
 */
export function bodyOf(exchange: Exchange, bytes: number, tooLarge: () => void): OutgoingBody | undefined {
  if (!exchange.hasBody) return undefined;
  const chunked = exchange.head.headers.some(([name]) => name === "transfer-encoding");
  return {
    chunked,
    start: ({ stream, write, end }) => {
      let seen = 0;
      let refused = false;
      const drained = () => exchange.resumeBody();
      stream.on("drain", drained);
      exchange.receive({
        data: (part) => {
          seen += part.length;
          if (refused) return true;
          if (seen <= bytes) return write(part);
          refused = true;
          tooLarge();
          return true;
        },
        end: () => {
          stream.off("drain", drained);
          end();
        },
      });
    },
  };
}
