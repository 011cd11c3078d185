import { z } from "zod";
import { loadConfig, TurnpikeError } from "#base";
import { callControl, controlSection } from "#control";
import type { RoleAnswer } from "#operations";
import { fail } from "./errors.ts";
import { type RoleName, roleFile } from "./role-file.ts";

export interface RoleOptions {
  /** The YAML file of the running role; the nearest one if left out. */
  readonly config?: string;
  readonly json?: boolean;
}

export type Ask = <T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown) => Promise<T>;

/** The way to a role that runs on this machine. */
export interface RoleControl {
  readonly file: string;
  readonly socket: string;
  /** Rejects with the role's error, and with ROLE_FILE_OTHER if it is another role than was wanted. */
  readonly ask: Ask;
  /** Who answers. */
  readonly role: () => Promise<RoleAnswer>;
}

/** Every role has this section; the rest of its file does not matter here, and the secrets that it names stay closed. */
const anyRole = z.looseObject({ control: controlSection });

/** Throws ROLE_FILE_NONE, ROLE_FILE_SEVERAL, or what is wrong with the file. */
export function roleControl({ config }: RoleOptions, wanted?: readonly RoleName[]): RoleControl {
  const file = roleFile(config, wanted);
  const { socket } = loadConfig(file, anyRole).control;
  let asked: Promise<RoleAnswer> | undefined;
  const role = () => {
    asked ??= callControl<RoleAnswer>(socket, "GET", "/api/role").then((answer) => checked(answer, file, wanted));
    return asked;
  };
  return {
    file,
    socket,
    role,
    ask: async (method, path, body) => {
      if (wanted) await role();
      return callControl(socket, method, path, body);
    },
  };
}

function checked(answer: RoleAnswer, file: string, wanted: readonly RoleName[] | undefined): RoleAnswer {
  if (!wanted || wanted.includes(answer.role)) return answer;
  const names = wanted.map(inWords).join(" or the ");
  throw fail("ROLE_FILE_OTHER", { file, role: inWords(answer.role), wanted: names });
}

/** "meeting server" */
export function inWords(role: RoleName): string {
  return role.replace("-", " ");
}

/** The role has no such route: it is of another kind, or of an earlier version. */
export function isUnknownRoute(error: unknown): error is TurnpikeError {
  return error instanceof TurnpikeError && error.code === "ADMIN_NOT_FOUND";
}
