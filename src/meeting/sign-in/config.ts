import { z } from "zod";

/** `signIn` of the meeting server's configuration. */
export const signInSection = z.strictObject({
  sessionHours: z.number().int().min(1).max(24).default(12).describe("hours until a user must sign in again, 1-24"),
  ldapSyncMinutes: z
    .number()
    .int()
    .min(5)
    .max(1440)
    .default(60)
    .describe("minutes between two imports of users from LDAP, 5-1440"),
});

export type SignInConfig = z.infer<typeof signInSection>;
