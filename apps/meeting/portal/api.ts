import type { FoundUser, Member, Permission, Space, SpaceLine, Template } from "../model/portal.ts";
import { AskFailure, ask, type Method } from "./ask.ts";

export interface SpaceChange {
  readonly name?: string;
  readonly uri?: string;
  /** "" takes it away. */
  readonly passcode?: string;
  readonly nonMemberAccess?: boolean;
  readonly regenerateSecret?: true;
}

export type MemberChange = { readonly [K in Permission]?: boolean } & { readonly accessMethod?: string };

/** What the server keeps for a user. Everything rejects with AskFailure. */
export interface PortalApi {
  spaces(): Promise<readonly SpaceLine[]>;
  space(id: string): Promise<Space>;
  createSpace(wish: { name: string; coSpaceTemplateId?: string; passcode?: string }): Promise<Space>;
  changeSpace(id: string, change: SpaceChange, version: number): Promise<Space>;
  deleteSpace(id: string): Promise<void>;
  templates(): Promise<readonly Template[]>;
  /** `door` is an access method's id. */
  changeDoor(id: string, door: string, change: SpaceChange, version: number): Promise<void>;
  /** `door` is "" for the space's own. */
  invitation(id: string, door: string, language: string): Promise<{ subject: string; invitation: string }>;
  members(id: string): Promise<readonly Member[]>;
  addMember(id: string, userJid: string, change: MemberChange): Promise<void>;
  changeMember(id: string, member: string, change: MemberChange): Promise<void>;
  removeMember(id: string, member: string): Promise<void>;
  /** At least three letters. */
  lookup(query: string): Promise<readonly FoundUser[]>;
}

/** `onSessionOver` hears of a session that has ended, before the request rejects. */
export function portalApi(onSessionOver: () => void): PortalApi {
  const to = async <T>(method: Method, path: string, body?: unknown): Promise<T> => {
    try {
      return await ask<T>(method, path, body);
    } catch (thrown) {
      if (thrown instanceof AskFailure && thrown.code === "SIGN_IN_NEEDED") onSessionOver();
      throw thrown;
    }
  };
  return {
    spaces: async () => (await to<{ coSpaces: SpaceLine[] }>("GET", "/cospaces")).coSpaces,
    space: (id) => to("GET", `/cospaces/${id}`),
    createSpace: (wish) => to("POST", "/cospaces", wish),
    changeSpace: (id, change, version) => to("PUT", `/cospaces/${id}`, { ...change, version }),
    deleteSpace: (id) => to("DELETE", `/cospaces/${id}`),
    templates: async () => (await to<{ coSpaceTemplates: Template[] }>("GET", "/coSpaceTemplates")).coSpaceTemplates,
    changeDoor: (id, door, change, version) =>
      to("PUT", `/cospaces/${id}/accessMethods/${door}`, { ...change, version }),
    invitation: (id, door, language) => {
      const where = door ? `/cospaces/${id}/accessMethods/${door}` : `/cospaces/${id}`;
      return to("GET", `${where}/emailInvitation?${new URLSearchParams({ language })}`);
    },
    members: async (id) => (await to<{ members: Member[] }>("GET", `/cospaces/${id}/members`)).members,
    addMember: (id, userJid, change) => to("POST", `/cospaces/${id}/members`, { userJid, ...change }),
    changeMember: (id, member, change) => to("PUT", `/cospaces/${id}/members/${member}`, change),
    removeMember: (id, member) => to("DELETE", `/cospaces/${id}/members/${member}`),
    lookup: async (query) =>
      (await to<{ users: FoundUser[] }>("GET", `/userLookup?${new URLSearchParams({ query })}`)).users,
  };
}
