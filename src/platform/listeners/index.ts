export { checkListeners, type Listener } from "./check.ts";
export { listenerErrors } from "./errors.ts";
export { listen } from "./listen.ts";
