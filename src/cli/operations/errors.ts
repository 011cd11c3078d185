import { type ErrorTable, errorsOf } from "#base";

export const operationsCommandErrors = {
  CLI_CONFIG_NO_KEY: {
    kind: "user",
    text: "nothing is set at `{key}`",
    remedy: "`turnpike config show` prints the keys that have a value, docs/config.md all there are",
  },
  CLI_CONFIG_VALUE: {
    kind: "user",
    text: "{value} cannot be a value: {why}",
    remedy: "write it as in the file, in quotes for the shell: 20, true, text, '[a, b]', '{ key: value }'",
  },
  CLI_CONFIG_AT_START: {
    kind: "user",
    text: "the {role} reads its file when it starts, and is not asked about it while it runs",
    remedy: "look into {file}, or change it and restart the role",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(operationsCommandErrors);
