import type { Strings } from "../en/index.ts";
import { api } from "./api.ts";
import { logs } from "./logs.ts";
import { account, failures, shell, signIn } from "./shell.ts";
import { accessMethods, spaces, turnServers, users, webBridges } from "./spaces.ts";
import { alarms, calls, general } from "./status.ts";

export const ptBR: Strings = {
  language: "pt-BR",
  shell,
  signIn,
  account,
  failures,
  general,
  alarms,
  calls,
  spaces,
  accessMethods,
  users,
  turnServers,
  webBridges,
  api,
  logs,
};
