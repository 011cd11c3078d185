import { missing } from "./failure.ts";
import type { Route } from "./route.ts";

interface Branch {
  readonly fixed: Map<string, Branch>;
  any?: Branch;
  route?: Route;
}

/** Finds routes by path, whatever the case of its words. */
export class Router {
  readonly #root: Branch = { fixed: new Map() };

  constructor(routes: readonly Route[]) {
    for (const route of routes) this.#add(route);
  }

  /** Throws unrecognizedObject. */
  find(segments: readonly string[]): { readonly route: Route; readonly ids: readonly string[] } {
    const ids: string[] = [];
    let branch: Branch | undefined = this.#root;
    for (const segment of segments) {
      const fixed: Branch | undefined = branch.fixed.get(segment.toLowerCase());
      if (!fixed) ids.push(segment.toLowerCase());
      branch = fixed ?? branch.any;
      if (!branch) throw missing("unrecognizedObject");
    }
    if (!branch.route) throw missing("unrecognizedObject");
    return { route: branch.route, ids };
  }

  #add(route: Route): void {
    let branch = this.#root;
    for (const segment of route.path.split("/")) branch = segment === "*" ? anyOf(branch) : fixedOf(branch, segment);
    branch.route = route;
  }
}

function anyOf(branch: Branch): Branch {
  branch.any ??= { fixed: new Map() };
  return branch.any;
}

function fixedOf(branch: Branch, segment: string): Branch {
  const key = segment === "**" ? "*" : segment.toLowerCase();
  const found = branch.fixed.get(key) ?? { fixed: new Map() };
  branch.fixed.set(key, found);
  return found;
}

/** The words of a path below the prefix: slashes may be doubled and stand at the end. Throws unrecognizedObject. */
export function segmentsOf(path: string): string[] {
  try {
    return path
      .split("/")
      .filter((segment) => segment !== "")
      .map(decodeURIComponent);
  } catch {
    throw missing("unrecognizedObject");
  }
}
