import type { JSX } from "preact";
import type { PortalRoute } from "../app-state.ts";
import type { Member, Permissions, Space, SpaceLine } from "../model/portal.ts";
import { AccountState } from "../portal/account.ts";
import type { PortalApi } from "../portal/api.ts";
import { AskFailure } from "../portal/ask.ts";
import { Portal } from "../views/portal/portal.tsx";

const ID = "0c9d1f2e-8a7b-4c3d-9e0f-1a2b3c4d5e6f";
const USER = { id: "u1", userJid: "ana.souza@example.com", name: "Ana Souza", source: "local" };

/** Every page of a user. */
export const portalStates: Readonly<Record<string, () => JSX.Element>> = {
  "sign-in": () => shown({ to: "sign-in", returnTo: "/spaces" }),
  "sign-in-again": () => shown({ to: "sign-in", returnTo: `/spaces/${ID}` }),
  "sign-in-refused": () =>
    shown({ to: "sign-in", returnTo: "/spaces", error: "SIGN_IN_PROVIDER_LATE", traceId: "5f0c9a1be2d37748" }),
  spaces: () => shown({ to: "spaces" }),
  "spaces-none": () => shown({ to: "spaces" }, { spaces: async () => [] }),
  "spaces-failed": () => shown({ to: "spaces" }, { spaces: () => Promise.reject(new AskFailure({ code: "" })) }),
  space: () => shown({ to: "space", id: ID }),
  "space-simple": () => shown({ to: "space", id: ID }, { space: async () => simple }),
  "space-as-guest": () => shown({ to: "space", id: ID }, { space: async () => asGuest }),
};

export function account(signedIn: boolean): AccountState {
  const state = new AccountState();
  state.ways.value = { password: true, identityProviders: [{ id: ID, name: "Company login" }] };
  if (signedIn) state.account.value = { state: "signed-in", user: USER };
  return state;
}

function shown(route: PortalRoute, more: Partial<PortalApi> = {}) {
  const nothing = () => {};
  const state = { account: account(route.to !== "sign-in"), go: nothing, goToMeeting: nothing, sessionOver: nothing };
  return <Portal state={state} route={route} api={{ ...api, ...more }} />;
}

const NAMES = [
  "canDestroy",
  "canAddRemoveMember",
  "canChangeName",
  "canChangeUri",
  "canChangeCallId",
  "canChangePasscode",
  "canChangeNonMemberAccessAllowed",
  "canRemoveSelf",
];
const all = (on: boolean) => Object.fromEntries(NAMES.map((name) => [name, on])) as unknown as Permissions;

const line = (id: string, name: string, more: Partial<SpaceLine> = {}): SpaceLine => ({
  id,
  name,
  nonMemberAccess: true,
  owner: true,
  permissions: all(true),
  version: 1,
  ...more,
});

const LINK = "https://join.example.com/meeting";
const method = (id: string, name: string, callId: string, forHosts: boolean) => ({
  id,
  name,
  callId,
  link: `${LINK}/${callId}?secret=Zk3J9xQ2mN4pR7sT0vWyAb`,
  forHosts,
  scope: "public",
  version: 1,
  ...(forHosts ? {} : { passcode: "246810" }),
});

const space: Space = {
  ...line(ID, "Revisão de projeto", { uri: "revisao.projeto" }),
  accessMethods: [method("m1", "Host", "739204158", true), method("m2", "Guest", "518823047", false)],
};
const simple: Space = {
  ...line(ID, "Café", { callId: "402118365", link: `${LINK}/402118365?secret=pQ7sT0vWyAb` }),
  accessMethods: [],
};
const asGuest: Space = { ...space, owner: false, permissions: all(false), accessMethods: [space.accessMethods[1]!] };

const members: readonly Member[] = [
  { id: "c1", userJid: USER.userJid, name: USER.name, owner: true, accessMethod: "m1", ...all(true) },
  { id: "c2", userJid: "bruno.lima@example.com", name: "Bruno Lima", owner: false, ...all(false) },
  {
    ...{ id: "c3", userJid: "maximiliano.guimaraes@subsidiary.example.com", owner: false, ...all(false) },
    name: "Maximiliano de Albuquerque Guimarães",
  },
];

const api: PortalApi = {
  spaces: async () => [
    line(ID, "Revisão de projeto", { uri: "revisao.projeto" }),
    line("2", "Café", { callId: "402118365" }),
    line("3", "Weekly with the partners in São Paulo and Recife", { callId: "998271640", owner: false }),
    line("4", "Sala da diretoria", { callId: "120033457", uri: "diretoria" }),
  ],
  space: async () => space,
  createSpace: async () => space,
  changeSpace: async () => space,
  deleteSpace: async () => {},
  templates: async () => [
    { id: "t1", name: "Meeting with lobby", description: "Guests wait until a host is there or lets them in." },
    { id: "t2", name: "Open meeting", description: "Everyone with the link or the Meeting ID enters at once." },
  ],
  changeDoor: async () => {},
  invitation: async () => ({
    subject: "Invitation: Revisão de projeto",
    invitation: `You are invited to the meeting "Revisão de projeto".\n\nJoin with this link, in any browser:\n${LINK}/518823047?secret=Zk3J9xQ2mN4pR7sT0vWyAb\n\nOr open https://join.example.com and type:\nMeeting ID: 518 823 047\nPasscode: 246810\n`,
  }),
  members: async () => members,
  addMember: async () => {},
  changeMember: async () => {},
  removeMember: async () => {},
  lookup: async () => [
    { userJid: "bruno.lima@example.com", name: "Bruno Lima" },
    { userJid: "carla.mendes@example.com", name: "Carla Mendes" },
  ],
};
