import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { RoleAnswer } from "#operations";
import { fail } from "./errors.ts";

export type RoleName = RoleAnswer["role"];

export const ROLES: readonly RoleName[] = ["edge", "core", "meeting-server"];

export interface Surroundings {
  readonly folder: string;
  /** Where `turnpike init` lets services have their folders. */
  readonly home: string;
}

const HERE: Surroundings = { folder: process.cwd(), home: "/var/lib/turnpike" };

/**
 * The file that was named, or the one that is near: in this folder, in the folders that `turnpike init` or `turnpike up`
 * wrote here, or where the services of this machine have theirs. Throws ROLE_FILE_NONE, or ROLE_FILE_SEVERAL where the
 * nearest place has more than one.
 */
export function roleFile(given: string | undefined, wanted: readonly RoleName[] = ROLES, around = HERE): string {
  if (given !== undefined) return resolve(around.folder, given);
  const places = placesOf(around);
  for (const place of places) {
    const found = wanted.map((role) => place.file(role)).filter((file) => existsSync(file));
    const [only, ...others] = found;
    if (only === undefined) continue;
    if (others.length === 0) return only;
    const choices = found.map((file) => `--config ${shortened(file, around)}`).join(" or ");
    throw fail("ROLE_FILE_SEVERAL", { choices });
  }
  const names = wanted.map((role) => `${role}.yaml`).join(", ");
  throw fail("ROLE_FILE_NONE", { names, places: `looked in ${places.map(({ name }) => name).join(", ")}` });
}

interface Place {
  readonly name: string;
  file(role: RoleName): string;
}

function placesOf({ folder, home }: Surroundings): readonly Place[] {
  const below = (name: string, parent: string): Place => ({
    name,
    file: (role) => join(parent, role, `${role}.yaml`),
  });
  return [
    { name: "this folder", file: (role) => join(folder, `${role}.yaml`) },
    below("its folders", folder),
    below("data", join(folder, "data")),
    below(home, home),
  ];
}

function shortened(file: string, { folder }: Surroundings): string {
  const path = relative(folder, file);
  return path.startsWith("..") ? file : path;
}
