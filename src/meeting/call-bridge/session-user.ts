/** A user who signed in, as the sign-in knows it by the session's token. */
export interface SignedInUser {
  readonly userId: string;
  readonly userJid: string;
  readonly name: string;
}
