import { parsed } from "./rules.ts";

export type WaitWhy = "host-not-here" | "locked" | "sent-back";

/** Someone in the lobby, as those are told who may let it in. */
export interface Waiting {
  readonly identity: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly why: WaitWhy;
  /** By which way in, and as which user, if the server knows. */
  readonly through?: string;
  readonly userJid?: string;
}

/** The meeting as a whole, from the room's metadata. */
export interface RoomState {
  readonly locked: boolean;
  /** Shown to all by the administrator; "" for none. */
  readonly message: string;
  readonly waiting: readonly Waiting[];
  /** One is about to be sent to the lobby oneself. */
  readonly sentToLobby: boolean;
  /** No edge has a relay for one's media. */
  readonly interrupted: boolean;
}

export const OPEN_ROOM: RoomState = {
  ...{ locked: false, message: "", waiting: [] },
  ...{ sentToLobby: false, interrupted: false },
};

export function roomStateOf(metadata: string | undefined): RoomState {
  const told = parsed(metadata);
  return {
    locked: told.locked === true,
    message: textOf(told.messageText),
    waiting: (Array.isArray(told.waiting) ? told.waiting : []).flatMap(waitingOf),
    sentToLobby: told.sentToLobby !== undefined,
    interrupted: told.interrupted === true,
  };
}

const WHYS: readonly WaitWhy[] = ["host-not-here", "locked", "sent-back"];

export function whyOf(value: unknown): WaitWhy {
  return WHYS.find((why) => why === value) ?? "host-not-here";
}

function waitingOf(value: unknown): readonly Waiting[] {
  if (typeof value !== "object" || value === null) return [];
  const { identity, name, since, why, through, userJid } = value as Record<string, unknown>;
  if (!textOf(identity)) return [];
  return [
    {
      identity: textOf(identity),
      name: textOf(name) || textOf(identity),
      since: typeof since === "number" ? since : 0,
      why: whyOf(why),
      ...(textOf(through) ? { through: textOf(through) } : {}),
      ...(textOf(userJid) ? { userJid: textOf(userJid) } : {}),
    },
  ];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
