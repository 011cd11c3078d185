import { createSocket } from "node:dgram";
import { answerQuery } from "./answer.ts";

// The lab's DNS server: `main.ts ADDRESS ZONE-AS-JSON`. Its parent may send another zone.
const [address, first] = process.argv.slice(2);
let zone = JSON.parse(first!);
process.on("message", (next) => {
  zone = next;
  process.send?.("changed");
});
const socket = createSocket("udp4");
socket.on("message", (query, from) => {
  try {
    const answer = answerQuery(zone, query);
    if (answer) socket.send(answer, from.port, from.address);
  } catch {
    // Not a DNS message: nobody waits for an answer.
  }
});
socket.bind(53, address, () => console.log("ready"));
