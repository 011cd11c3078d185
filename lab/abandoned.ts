import { Scope } from "#base";
import { buildLab } from "./index.ts";

// Builds a lab and waits to be killed, for the test of what a crash leaves behind.
const lab = await buildLab(new Scope());
lab.run("home", "sleep", ["600"]);
console.log("standing");
