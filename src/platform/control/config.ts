import { z } from "zod";
import { path } from "#base";

/** `control:` of a role's file. */
export const controlSection = z
  .strictObject({
    socket: path()
      .default("run/control.sock")
      .describe("Unix socket through which the command line speaks to this process; whoever may open it is trusted"),
  })
  .prefault({});

export type ControlConfig = z.output<typeof controlSection>;
