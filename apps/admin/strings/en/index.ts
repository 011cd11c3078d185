import { api } from "./api.ts";
import { logs } from "./logs.ts";
import { account, failures, shell, signIn } from "./shell.ts";
import { accessMethods, spaces, turnServers, users, webBridges } from "./spaces.ts";
import { alarms, calls, general } from "./status.ts";

/** Every sentence that the pages say. A language is a folder like this one with the same keys. */
export const en = {
  language: "en",
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

export type Strings = typeof en;
