export { checkListeners, type Listener } from "./check.ts";
export { listenerErrors } from "./errors.ts";
export { listen } from "./listen.ts";
export { noTap, type SocketTap } from "./socket-tap.ts";
export { tlsPolicy } from "./tls-policy.ts";
