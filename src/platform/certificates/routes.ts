import { z } from "zod";
import type { CertificateRow, CertificateStore } from "./contract.ts";
import { fail } from "./errors.ts";

/** What a role's administration takes as a route; this part does not know the administration. */
interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly needs?: "change" | "accounts";
  run(call: { readonly params: Readonly<Record<string, string>>; readonly body: unknown }): unknown;
}

/** Characters; a chain of RSA 4096 certificates and its key have some fifteen thousand. */
const UPLOAD_MAX = 200_000;

/** Less than the command line waits for an answer, ms. */
const ANSWER_MS = 10_000;

const installBody = z.strictObject({
  certificate: z.string().max(UPLOAD_MAX),
  key: z.string().max(UPLOAD_MAX).optional(),
});
const requestBody = z.strictObject({ names: z.array(z.string().max(253)).min(1).max(100).optional() });

/**
 * `GET /api/certificates`; `POST /api/certificates/:use/renew`; `…/install` takes `{ certificate, key? }`; `…/request` takes
 * `{ names? }` and answers `{ request }`. All answer the rows as they are afterwards.
 */
export function certificateRoutes(store: CertificateStore): readonly Route[] {
  const rows = (): { readonly certificates: readonly CertificateRow[] } => ({ certificates: store.rows() });
  return [
    { method: "GET", path: "/api/certificates", run: () => store.rows() },
    {
      method: "POST",
      path: "/api/certificates/:use/renew",
      run: async ({ params }) => {
        await atMost(ANSWER_MS, store.renewNow(params.use!));
        return rows();
      },
    },
    {
      method: "POST",
      path: "/api/certificates/:use/install",
      needs: "accounts",
      run: ({ params, body }) => {
        const { certificate, key } = read(installBody, body);
        store.install(params.use!, { certificate, ...(key !== undefined && { key }) });
        return rows();
      },
    },
    {
      method: "POST",
      path: "/api/certificates/:use/request",
      needs: "accounts",
      run: async ({ params, body }) => {
        const { names } = read(requestBody, body ?? {});
        return { request: await store.createRequest(params.use!, names), ...rows() };
      },
    },
  ];
}

/** Whoever asks is not kept waiting for an ACME server that thinks: the rows say that it is still being ordered. */
async function atMost(ms: number, done: Promise<void>): Promise<void> {
  const late = AbortSignal.timeout(ms);
  await Promise.race([done, new Promise((resolve) => late.addEventListener("abort", resolve))]);
}

/** What is wrong with a body is told, never what it holds. */
function read<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw fail("CERTIFICATE_BAD_UPLOAD", { why: path.length > 0 ? `\`${path.join(".")}\`: ${message}` : message });
}
