import { z } from "zod";
import { hostPort, path } from "#base";

/** `admin:` of a role's file. */
export const adminSection = z.strictObject({
  listen: hostPort().describe("address and port of the administration, HTTPS; never a public one"),
  certificate: path().describe("PEM file of its certificate chain"),
  key: path().describe("PEM file of its private key"),
  users: z
    .array(
      z.strictObject({
        username: z.string().min(1).describe("name of an administrator"),
        passwordHashFile: path().describe("file with the argon2id hash of the password"),
      }),
    )
    .min(1)
    .describe("who may sign in"),
});

export type AdminConfig = z.output<typeof adminSection>;
