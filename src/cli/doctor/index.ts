import type { Command } from "commander";

/** `turnpike doctor`: the same questions as on the pages, asked from where it is run. */
export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("try a deployment layer by layer, and say what to do")
    .command("outside")
    .description("as a guest on the Internet: DNS, ports, certificate, tunnel, WebSocket, TURN and relays")
    .requiredOption("--join-host <name>", "the public name of the meetings, with a port if it is not 443")
    .option("--edge <address>", "try this address of an edge, and not those in DNS")
    .option("--ca <file>", "PEM file of an authority that the system does not know, such as authority/ca.pem")
    .option("--turn-port <port>", "TURN over UDP", "3478")
    .option("--secret-file <file>", "the shared secret of TURN, to try relays: the edge's secrets/turn")
    .option("--turn-user <name>", "a user of TURN, to try relays")
    .option("--password-file <file>", "the password of that user")
    .option("--json", "print JSON instead of text")
    .action(async (options) => (await import("./run.ts")).outside(options));
}
