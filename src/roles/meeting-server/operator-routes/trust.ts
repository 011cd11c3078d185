import { z } from "zod";
import { type AdminRoute, notFound, readBody } from "#admin-http";
import type { TrustedCertificate, TrustFolder } from "#bridge-link";

/** Whose trust: the Web Bridge trusts Call Bridges, the Call Bridge trusts Web Bridges. */
export type TrustEnds = Readonly<Record<"web-bridge" | "call-bridge", TrustFolder>>;

const addBody = z.strictObject({ certificate: z.string().max(32_768) });

/** What the MMP's `webbridge3 c2w trust` and `callbridge trust c2w` do. */
export function trustRoutes(ends: TrustEnds): readonly AdminRoute[] {
  const folderOf = (end: string | undefined): TrustFolder => {
    if (end === "web-bridge" || end === "call-bridge") return ends[end];
    throw notFound(`/api/trust/${end}`, "say web-bridge or call-bridge");
  };
  return [
    {
      method: "GET",
      path: "/api/trust/:end",
      run: ({ params }): readonly TrustedCertificate[] => folderOf(params.end).list(),
    },
    {
      method: "POST",
      path: "/api/trust/:end",
      run: ({ params, body }): TrustedCertificate => folderOf(params.end).add(readBody(addBody, body).certificate),
    },
    {
      method: "DELETE",
      path: "/api/trust/:end/:fingerprint",
      run: ({ params }): TrustedCertificate => folderOf(params.end).remove(params.fingerprint!),
    },
  ];
}
