import { z } from "zod";
import { type AdminRoute, notFound, readBody } from "#admin-http";
import { type AllowListEntry, exportCsv, METHODS, newRuleId, planImport } from "#allow-list";
import type { AllowListAnswer, AllowRuleView, ExplainAnswer, ImportAnswer } from "./answers.ts";
import type { CoreRouteDeps } from "./deps.ts";

const ruleBody = z.strictObject({
  description: z.string().max(200).default(""),
  url: z.string().max(2000),
  methods: z.union([z.literal("default"), z.array(z.enum(METHODS)).min(1)]).default("default"),
  match: z.enum(["exact", "prefix"]).default("exact"),
  enabled: z.boolean().default(true),
  revision: z.string().max(100).optional(),
});
const importBody = z.strictObject({
  csv: z.string().max(300_000),
  dryRun: z.boolean().default(true),
  replace: z.boolean().default(false),
  revision: z.string().max(100).optional(),
});
const explainBody = z.strictObject({ method: z.string().min(1).max(20), url: z.string().min(1).max(5000) });
const revisionQuery = z.object({ revision: z.string().max(100).optional() });
/** A CSV text as JSON. */
const IMPORT_BYTES = 512 * 1024;

/** Configuration > HTTP allow list. */
export function allowListRoutes(deps: CoreRouteDeps): readonly AdminRoute[] {
  const { desk, proxy } = deps;
  const entries = () => desk.read().allowList;
  const at = (id: string) => {
    const index = entries().findIndex((one) => one.id === id);
    if (index < 0) throw notFound(`editable rule ${id}`, "automatic rules come and go with their join host");
    return index;
  };
  const put = (rules: readonly AllowListEntry[], revision: string | undefined) =>
    desk.change([{ path: ["allowList"], value: rules }], revision);
  const answer = () => allowList(deps);
  return [
    { method: "GET", path: "/api/allow-list", run: answer },
    { method: "GET", path: "/api/allow-list/export", run: () => exportCsv(entries()) },
    {
      method: "POST",
      path: "/api/allow-list",
      run: async ({ body }) => {
        const { revision, ...rule } = readBody(ruleBody, body);
        const known = entries();
        const id = newRuleId(
          rule,
          known.map((one) => one.id),
        );
        await put([...known, { id, ...rule }], revision);
        return answer();
      },
    },
    {
      method: "PUT",
      path: "/api/allow-list/:id",
      run: async ({ params, body }) => {
        const { revision, ...rule } = readBody(ruleBody, body);
        const [id, index] = [params.id!, at(params.id!)];
        await put(entries().with(index, { id, ...rule }), revision);
        return answer();
      },
    },
    {
      method: "DELETE",
      path: "/api/allow-list/:id",
      run: async ({ params, query }) => {
        const { revision } = readBody(revisionQuery, query);
        await put(entries().toSpliced(at(params.id!), 1), revision);
        return answer();
      },
    },
    {
      method: "POST",
      path: "/api/allow-list/import",
      maxBodyBytes: IMPORT_BYTES,
      run: async ({ body }): Promise<ImportAnswer> => {
        const { csv, dryRun, replace, revision } = readBody(importBody, body);
        const { errors, added, changed, removed, unchanged, rules } = planImport(csv, entries(), replace);
        if (!dryRun && errors.length === 0) await put(rules, revision);
        return { dryRun, added: added.length, changed: changed.length, removed: removed.length, unchanged, errors };
      },
    },
    {
      method: "POST",
      path: "/api/allow-list/explain",
      run: ({ body }): ExplainAnswer => {
        const { method, url } = readBody(explainBody, body);
        return proxy.explain(method, url);
      },
    },
  ];
}

function allowList({ ground, proxy, desk }: CoreRouteDeps): AllowListAnswer {
  const { rules, allowed, refused, refusals } = proxy.status().allowList;
  return {
    now: ground.clock.now(),
    revision: desk.revision,
    rules: rules satisfies readonly AllowRuleView[],
    ...{ allowed, refused, refusals },
  };
}
