import { fail } from "../errors.ts";
import type { Pass } from "../passage.ts";

/** First of all, so that what is over the limit costs least. */
export const isWithinRate: Pass = ({ source }, { rate }) => {
  if (rate && rate(source!) > 0) throw fail("PROXY_TOO_MANY_REQUESTS");
};
