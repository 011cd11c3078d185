/** What a membership allows, as the server names it. */
export const PERMISSIONS = [
  "canDestroy",
  "canAddRemoveMember",
  "canChangeName",
  "canChangeUri",
  "canChangeCallId",
  "canChangePasscode",
  "canChangeNonMemberAccessAllowed",
  "canRemoveSelf",
] as const;
export type Permission = (typeof PERMISSIONS)[number];
export type Permissions = Readonly<Record<Permission, boolean>>;

/** A space in the list of one's own. */
export interface SpaceLine {
  readonly id: string;
  readonly name: string;
  readonly uri?: string;
  readonly callId?: string;
  readonly link?: string;
  readonly passcode?: string;
  readonly passcodeUnknown?: boolean;
  readonly nonMemberAccess: boolean;
  readonly owner: boolean;
  readonly permissions: Permissions;
  readonly version: number;
}

/** A way into a space of its own: with a link, a Meeting ID, a passcode and the rights of whoever comes by it. */
export interface AccessMethod {
  readonly id: string;
  readonly name?: string;
  readonly uri?: string;
  readonly callId?: string;
  readonly passcode?: string;
  readonly link?: string;
  readonly forHosts: boolean;
  readonly scope: string;
  readonly version: number;
}

export interface Space extends SpaceLine {
  readonly accessMethods: readonly AccessMethod[];
}

export interface Member extends Permissions {
  readonly id: string;
  readonly userJid: string;
  readonly name: string;
  readonly owner: boolean;
  readonly accessMethod?: string;
}

export interface Template {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
}

export interface FoundUser {
  readonly userJid: string;
  readonly name: string;
  readonly email?: string;
}

/** A way in as the page of a space shows it: the space's own, or an access method. */
export interface Door {
  /** "" for the space's own. */
  readonly id: string;
  readonly name: string;
  readonly forHosts: boolean;
  readonly callId?: string;
  readonly uri?: string;
  readonly link?: string;
  readonly passcode?: string;
  readonly passcodeUnknown: boolean;
  readonly version: number;
}

/** The ways in that have something to tell people: guests' before hosts', since guests are who one invites. */
export function doorsOf(space: Space): readonly Door[] {
  const { name: _, owner: __, ...own } = space;
  const ownDoor: Door = {
    ...pick(own),
    id: "",
    name: "",
    forHosts: false,
    passcodeUnknown: space.passcodeUnknown === true,
  };
  const methods = space.accessMethods.map(
    (method): Door => ({
      ...pick(method),
      id: method.id,
      name: method.name ?? "",
      forHosts: method.forHosts,
      passcodeUnknown: false,
    }),
  );
  return [ownDoor, ...methods]
    .filter(({ link, callId, uri }) => link || callId || uri)
    .sort((a, b) => Number(a.forHosts) - Number(b.forHosts));
}

function pick({ callId, uri, link, passcode, version }: AccessMethod | Omit<Space, "name" | "owner">) {
  return {
    version,
    ...(callId ? { callId } : {}),
    ...(uri ? { uri } : {}),
    ...(link ? { link } : {}),
    ...(passcode ? { passcode } : {}),
  };
}

/** How a member goes in oneself, and what it sends to guests from inside. Undefined if there is no way for a browser. */
export function wayIn(space: Space): { readonly link: string; readonly share: string } | undefined {
  const links = doorsOf(space).filter((door) => door.link !== undefined);
  const mine = links.find(({ forHosts }) => forHosts) ?? links[0];
  const guests = links.find(({ forHosts }) => !forHosts) ?? mine;
  return mine?.link && guests?.link ? { link: mine.link, share: guests.link } : undefined;
}

/** Those in whose name, Meeting ID or address all words occur. */
export function spacesMatching(spaces: readonly SpaceLine[], query: string): readonly SpaceLine[] {
  const words = folded(query).split(/\s+/).filter(Boolean);
  return spaces.filter(({ name, callId = "", uri = "" }) => {
    const text = `${folded(name)} ${callId} ${folded(uri)}`;
    return words.every((word) => text.includes(word)) || (/^[\d\s-]+$/.test(query) && callId.includes(digits(query)));
  });
}

function digits(text: string): string {
  return text.replace(/\D/g, "") || "none";
}

/** Without accents and case: "Revisão" is found by "revisao". */
function folded(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLocaleLowerCase();
}
