import { ADDRESS, GUEST_NETWORKS, GUESTS, type GuestNetwork, type HostName } from "./plan.ts";

/**
 * The rules of each firewall and NAT as nftables text. The two firewalls let through the rows of DESIGN.md's table "Who
 * talks to whom" that cross them, and replies; everything else is dropped and counted under a name that says what it
 * was. No reflection: what the edge sends to its own public address is not turned back.
 */
export function rulesOf(host: HostName): string | undefined {
  if (host === "inner") return innerFirewall();
  if (host === "outer") return outerFirewall();
  const network = GUEST_NETWORKS.find((name) => host === `${name}-nat`);
  return network && natOf(network);
}

/** Towards the edges; the second is there only in a lab with two. */
const DMZ = `{ "dmz", "dmz2" }`;

function innerFirewall(): string {
  const { core, server, inside, edgeInner, edge2Inner } = ADDRESS;
  const edges = `{ ${edgeInner}, ${edge2Inner} }`;
  return table({
    drops: ["inside_to_edge", "inside_to_internet", "dmz_to_inside"],
    forward: [
      `iifname "lan" ip saddr ${core} ip daddr ${edges} tcp dport 2222 accept`,
      `iifname "lan" ip saddr ${server} ip daddr ${edges} udp dport 3478 accept`,
      // The administrator, if the edge's administration listens there.
      `iifname "lan" ip saddr ${inside} ip daddr ${edges} tcp dport 9000 accept`,
      `iifname "lan" ip daddr ${edges} counter name inside_to_edge drop`,
      `iifname "lan" counter name inside_to_internet drop`,
      // The edges of a cluster ask each other how full they are.
      `iifname ${DMZ} oifname ${DMZ} ip daddr ${edges} udp dport 3478 accept`,
      `iifname ${DMZ} counter name dmz_to_inside drop`,
    ],
  });
}

function outerFirewall(): string {
  const { edgeOuter, edgePublic, edge2Outer, edge2Public } = ADDRESS;
  const edges = `{ ${edgeOuter}, ${edge2Outer} }`;
  return table({
    drops: ["internet_to_edge", "edge_to_itself", "edge_to_internet"],
    forward: [
      `iifname "wan" ip daddr ${edges} tcp dport { 80, 443 } accept`,
      `iifname "wan" ip daddr ${edges} udp dport { 3478, 24000-29999 } accept`,
      `iifname "wan" counter name internet_to_edge drop`,
      `iifname "dmz" ip daddr ${edgePublic} counter name edge_to_itself drop`,
      `iifname "dmz2" ip daddr ${edge2Public} counter name edge_to_itself drop`,
      `iifname ${DMZ} counter name edge_to_internet drop`,
    ],
    prerouting: [
      `iifname "wan" ip daddr ${edgePublic} dnat ip to ${edgeOuter}`,
      `iifname "wan" ip daddr ${edge2Public} dnat ip to ${edge2Outer}`,
    ],
    postrouting: [
      `oifname "wan" ip saddr ${edgeOuter} snat ip to ${edgePublic}`,
      `oifname "wan" ip saddr ${edge2Outer} snat ip to ${edge2Public}`,
    ],
  });
}

function natOf(network: GuestNetwork): string {
  const { gateway, letsOut, randomPorts } = GUESTS[network];
  const out = letsOut?.map((match) => `iifname "lan" oifname "wan" ${match} accept`) ?? [`iifname "lan" accept`];
  return table({
    drops: ["blocked", "unsolicited"],
    forward: [
      `iifname "lan" ip daddr ${ADDRESS.publicDns} udp dport 53 accept`,
      ...out,
      `iifname "lan" counter name blocked drop`,
      `iifname "wan" counter name unsolicited drop`,
    ],
    // The gateway is the network's DNS server, as in most homes and offices, so a name resolves where only TCP leaves.
    prerouting: [`iifname "lan" ip daddr ${gateway} udp dport 53 dnat ip to ${ADDRESS.publicDns}`],
    postrouting: [`oifname "wan" masquerade${randomPorts ? " fully-random" : ""}`],
  });
}

interface Rules {
  readonly drops: readonly string[];
  readonly forward: readonly string[];
  readonly prerouting?: readonly string[];
  readonly postrouting?: readonly string[];
}

function table({ drops, forward, prerouting = [], postrouting = [] }: Rules): string {
  const lines = (rules: readonly string[]) => rules.map((rule) => `    ${rule}`).join("\n");
  return `table inet firewall {
${["invalid", "to_the_firewall", ...drops].map((name) => `  counter ${name} { }`).join("\n")}
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ct state established,related accept
    icmp type echo-request accept
    counter name to_the_firewall drop
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    ct state invalid counter name invalid drop
${lines(forward)}
  }
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
${lines(prerouting)}
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
${lines(postrouting)}
  }
}
`;
}
