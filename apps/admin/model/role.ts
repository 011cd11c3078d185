import type { RoleAnswer } from "./answers.ts";

/** Which server's administration this is: one app serves all three. */
export type RoleName = RoleAnswer["role"];

export interface RoleFacts extends Pick<RoleAnswer, "role" | "name" | "version"> {
  /** It answers what the page of certificates asks. */
  readonly hasCertificates: boolean;
}
