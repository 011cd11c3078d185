import { ADDRESS, GUEST_NETWORKS, GUESTS, JOIN_HOST } from "./plan.ts";

/** The networks with their addresses, drawn for a terminal. */
export function picture(): string {
  const a = ADDRESS;
  const guests = GUEST_NETWORKS.map((network) => {
    const { guest, wan, about } = GUESTS[network];
    return `    [${network}]`.padEnd(16) + `${guest.padEnd(12)} -- NAT ${wan.padEnd(13)} -+   ${about}`;
  });
  return `
  inside 10.0.0.0/24                      DMZ                          Internet

    [server] ${a.server} --+
    [core]   ${a.core} --+-- inner -- ${a.edgeInner} [edge] ${a.edgeOuter} -- outer -- [internet] DNS ${a.publicDns}
    [inside] ${a.inside} --+  firewall                             firewall      |
    DNS      ${a.insideDns} --+                                ${a.edgePublic}     |
                                                                            |
${guests.map((line) => line.replace("-+ ", "-+ ")).join("\n")}

  inner lets in   core -> edge TCP 2222, server -> edge UDP 3478
  outer lets in   TCP 80, 443 and UDP 3478, 24000-29999 to ${a.edgePublic}, which it maps onto ${a.edgeOuter}
  ${JOIN_HOST} is ${a.edgePublic} outside and ${a.server} inside; all guests' lines end in [internet]
`;
}
