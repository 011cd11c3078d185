import { allowList } from "./allow-list.ts";
import { api } from "./api.ts";
import { certificates } from "./certificates.ts";
import { core } from "./core.ts";
import { edge } from "./edge.ts";
import { protection, turn, web } from "./edge-configuration.ts";
import { logs } from "./logs.ts";
import { administration, diagnostics, logLevels, settings } from "./operations.ts";
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
  settings,
  core,
  allowList,
  edge,
  turn,
  web,
  protection,
  certificates,
  diagnostics,
  logLevels,
  administration,
};

export type Strings = typeof en;
