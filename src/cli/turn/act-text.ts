import { formatAddress } from "#base";
import { facts, type Look, plural, printable } from "#terminal";
import type { PeerVerdict, TurnStatus } from "#turn";

export function verdictText(verdict: PeerVerdict, { paint }: Look): string {
  const { allowed, role, user, peer, canonical, rule } = verdict;
  const where = peer.port === 0 ? peer.address : formatAddress(peer);
  const head = allowed
    ? `${paint("good", "Allowed")}: ${printable(user)} may reach ${where}.`
    : `${paint("bad", "Refused")}: ${printable(user)} may not reach ${where}.`;
  const judgedAs = canonical === peer.address ? [] : [["Judged as", canonical] as const];
  return [head, ...facts([["Rule", rule], ["Role", role], ...judgedAs], paint)].join("\n");
}

export function drainText({ state, allocations }: Pick<TurnStatus, "state" | "allocations">, { paint }: Look): string {
  if (state === "active") return `${paint("good", "Active")}: new allocations are taken.`;
  const rest = allocations === 0 ? "none is left" : `${plural(allocations, "is left", "are left")}`;
  return `${paint("warn", "Draining")}: no new allocations are taken; ${rest}.`;
}

export function reloadText(changes: readonly string[]): string {
  if (changes.length === 0) return "Read again; nothing changed.";
  return ["Changed without a restart:", ...changes.map((change) => `  ${printable(change)}`)].join("\n");
}
