import type { Command } from "commander";

/** `--config` and `--json`, for what is asked of a running role. */
export function asked(command: Command, whose = "role"): Command {
  return withFile(command, whose).option("--json", "print JSON instead of text");
}

export function withFile(command: Command, whose = "role"): Command {
  return command.option("--config <file>", `the ${whose}'s YAML file (default: the one that is here)`);
}

export function watched(command: Command): Command {
  return command.option("--watch", "on a terminal, draw anew every second until Ctrl-C");
}
