/** What a participant asks the server to do to its meeting. `participant` is an identity. */
export type ControlAction =
  | { readonly do: "lock" | "unlock" | "endForAll" | "admitAll" | "muteAll" }
  | { readonly do: PersonAction | "admit" | "refuse"; readonly participant: string };

/** In the order in which a menu shows them: harmless ones first. */
export const PERSON_ACTIONS = ["mute", "stopVideo", "makeHost", "toLobby", "remove"] as const;
export type PersonAction = (typeof PERSON_ACTIONS)[number];
