import { textOf } from "#base";
import { buildNative } from "./native.ts";

/** What `npm ci` does after the packages are there. A step that cannot be done is one clear line, never a failed install. */
const native = await buildNative();
if (native.result === "skipped")
  console.warn(
    `turnpike: the native addon was not built (${native.why}). TURN and the proxies work without it; ` +
      "the meeting server needs it: apt-get install g++ && npm run postinstall",
  );
else console.log(`turnpike: native addon ${native.result}`);

try {
  const { buildApps } = await import("./build.ts");
  console.log(`turnpike: browser apps ${await buildApps()}`);
} catch (error) {
  console.warn(`turnpike: the browser apps were not built (${textOf(error)}): npm run build says more`);
}
