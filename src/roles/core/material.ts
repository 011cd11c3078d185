import { type CoreProxySettings, joinHostOf } from "#proxy";
import { type CoreEndSettings, loadPrivateKey, loadPublicKeys } from "#tunnel";
import type { CoreConfig } from "./config.ts";

/** What the configuration and its files say to the parts. */
export interface Material {
  readonly proxy: CoreProxySettings;
  readonly tunnels: CoreEndSettings;
}

/** Throws a TurnpikeError for the first file that cannot be used. */
export function readMaterial(config: CoreConfig): Material {
  const { enabled, allowList: rules, connectionsPerEdge } = config;
  return {
    proxy: { enabled, rules, joinHosts: config.joinHosts.map(joinHostOf) },
    tunnels: {
      identity: loadPrivateKey(config.identity),
      edges: config.edges.map(({ hostKey, ...edge }) => ({ ...edge, hostKey: loadPublicKeys(hostKey) })),
      joinHosts: config.joinHosts.map(({ host }) => host),
      connectionsPerEdge,
    },
  };
}

/** The files that may be replaced while the core runs. */
export function watchedFiles({ identity, edges, joinHosts }: CoreConfig): readonly string[] {
  const trust = joinHosts.flatMap(({ ca, certificate }) => [ca, certificate]);
  return [identity, ...edges.map(({ hostKey }) => hostKey), ...trust].filter((file) => file !== undefined);
}
