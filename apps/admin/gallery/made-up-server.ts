import type { RoleName } from "../model/role.ts";
import type { Answer, Request, Transport } from "../server/transport.ts";
import { CORE_ANSWERS } from "./made-up-core.ts";
import { certificatesIn } from "./made-up-diagnostics.ts";
import { EDGE_ANSWERS } from "./made-up-edge.ts";
import { usersIn } from "./made-up-lists.ts";
import { apiAnswer } from "./made-up-objects.ts";
import { type Answers, answersOfEvery } from "./made-up-role.ts";
import { callsIn, overviewIn, turnServersIn, webBridgesIn } from "./made-up-status.ts";

export type World = "busy" | "empty" | "broken" | "away" | "out";

/** Answers as the server would, from the address alone; changes are taken and forgotten. */
export function madeUpTransport(world: World, role: RoleName = "meeting-server"): Transport {
  const answers = answersOf(role);
  return {
    async send(request) {
      const value = world === "out" ? undefined : answerOf(world, answers, request);
      if (world === "away" && request.path !== "/api/session") throw new Error("no answer");
      if (request.path === "/api/session" && request.method === "POST") return refused(401, "ADMIN_SIGN_IN_FAILED");
      if (value === undefined) return refused(request.path.startsWith("/api/session") ? 401 : 404, "ADMIN_NOT_FOUND");
      if (typeof value === "string") return answer(200, value);
      return answer(200, JSON.stringify(value), { etag: '"3"', location: "/api/v1/coSpaces/1" });
    },
    follow(_path, { onOpen }) {
      const timer = setTimeout(onOpen, 50);
      return () => clearTimeout(timer);
    },
  };
}

function answerOf(world: World, answers: Answers, { method, path, headers }: Request): unknown {
  const [pathname = "", search = ""] = path.split("?");
  if (pathname.startsWith("/api/v1/")) return apiAnswer(world, pathname.slice(8), headers?.accept ?? "", search);
  if (method !== "GET" && pathname === "/api/session/totp")
    return {
      secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
      uri: "otpauth://totp/Turnpike:admin?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Turnpike",
    };
  if (/^\/api\/spaces\/[^/]+\/links$/.test(pathname)) return apiAnswer(world, "links", "", "");
  return answers[pathname]?.(world);
}

const MEETING_SERVER: Answers = {
  "/api/overview": overviewIn,
  "/api/calls": callsIn,
  "/api/turn-servers": turnServersIn,
  "/api/web-bridges": webBridgesIn,
  "/api/users": usersIn,
  "/api/schema": () => apiAnswer("busy", "schema", "", ""),
};

function answersOf(role: RoleName): Answers {
  const own = { "meeting-server": MEETING_SERVER, core: CORE_ANSWERS, edge: EDGE_ANSWERS }[role];
  return { ...answersOfEvery(role), "/api/certificates": certificatesIn, ...own };
}

function answer(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, text, header: (name) => headers[name] };
}

function refused(status: number, code: string): Answer {
  const error = { code, kind: "user", message: "name or password is wrong", remedy: "try again" };
  return answer(status, JSON.stringify({ error }));
}
