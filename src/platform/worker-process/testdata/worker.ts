import { serveParent } from "../child.ts";

/** A worker for the tests of this folder. */
serveParent<{ greeting: string }, { do: "greet" | "throw" | "die" | "emit" }, string>({
  start: async (options, _scope, emit) => {
    if (options.greeting === "") throw new Error("no greeting");
    return (request) => {
      if (request.do === "throw") throw new Error("refused");
      if (request.do === "die") process.kill(process.pid, "SIGKILL");
      if (request.do === "emit") emit("an event");
      return Uint8Array.of(options.greeting.length);
    };
  },
});
