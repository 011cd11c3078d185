import type { RoleAnswer } from "../model/answers.ts";
import type { RoleFacts } from "../model/role.ts";
import { factsOf } from "./failure.ts";
import type { Server } from "./server.ts";

/** Rejects with a ServerFailure if nobody answers. */
export async function findRole(server: Server): Promise<RoleFacts> {
  const { role, name, version } = await server.get<RoleAnswer>("/api/role");
  if (role !== "meeting-server") return { role, name, version, hasCertificates: true };
  const hasCertificates = await server.get("/api/certificates", true).then(
    () => true,
    (error) => factsOf(error).status !== 404,
  );
  return { role, name, version, hasCertificates };
}
