import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type AdminConfig, type AdminRoute, openAuditTrail, startAdminServer } from "#admin-http";
import type { ConfigFile, LogLevels, Scope, TransportAddress } from "#base";
import type { CaptureSource } from "#capture";
import { type CertificateStore, certificateRoutes } from "#certificates";
import { type ControlConfig, startControl } from "#control";
import { type DiagnosticLogging, diagnosticRoutes, openDiagnosticLogging } from "#diagnostic-logging";
import type { MetricsPage } from "#metrics";
import { ConfigDesk, type Ground, openLogDesk, operationRoutes } from "#operations";

const APP = resolve(import.meta.dirname, "../../../dist/apps/admin");
/** Two PEM files, as JSON. */
const UPLOAD_BYTES = 256 * 1024;

export interface ManagementOptions<C> {
  readonly role: "core" | "edge";
  readonly ground: Ground;
  readonly file: ConfigFile<C>;
  readonly levels: LogLevels;
  readonly config: {
    readonly name: string;
    /** Folder of the diagnostic log. */
    readonly diagnostics: string;
    readonly control: ControlConfig;
    readonly admin?: AdminConfig | undefined;
  };
  /** Log modules, with what they are about. */
  readonly modules: Readonly<Record<string, string>>;
  readonly captures: readonly CaptureSource[];
  readonly certificates: CertificateStore;
  /** Keys of the file that pages may change. */
  readonly editable: readonly string[];
  readonly takeOver: () => Promise<readonly string[]>;
  readonly holds: () => C;
  readonly needRestart: () => readonly string[];
  /** The role's own routes. */
  readonly routes: (desk: ConfigDesk<C>) => readonly AdminRoute[];
  readonly metrics: MetricsPage;
  /** Codes of what keeps the role from its work. */
  readonly notReady: () => readonly string[];
  /** For the archive of diagnostic logging. */
  readonly status: () => unknown;
  /** Texts that must be in no archive. */
  readonly secrets: () => readonly string[];
}

export interface Management {
  /** Where the administration listens, if it is configured. */
  readonly address: TransportAddress | undefined;
  readonly diagnostics: DiagnosticLogging;
}

/** Opens both doors of a role's administration. Rejects with what keeps one from opening. */
export async function startManagement<C>(scope: Scope, options: ManagementOptions<C>): Promise<Management> {
  const { role, ground, config, certificates, file, levels } = options;
  const { clock } = ground;
  const log = ground.log.with({ part: "admin" });
  const desk = new ConfigDesk(options);
  const diagnostics = diagnosticsOf(scope, options);
  const sources = {
    routes: [
      ...operationRoutes({ ...ground, role, name: config.name }),
      ...desk.routes(),
      ...openLogDesk(scope, levels, options.modules, clock).routes,
      ...diagnosticRoutes(diagnostics, clock),
      ...certificateRoutes(certificates).map((route) => ({ ...route, maxBodyBytes: UPLOAD_BYTES })),
      ...options.routes(desk),
    ],
    metrics: options.metrics,
    notReady: options.notReady,
    app: { folder: APP },
    ...(config.admin ? { audit: openAuditTrail(scope, config.admin.auditFile, { clock, log }) } : {}),
  };
  await startControl(scope, config.control, sources, ground.log.with({ part: "control" }));
  ground.log.debug("configuration", { file: file.path });
  if (!config.admin) return { address: undefined, diagnostics };
  const server = await startAdminServer(scope, config.admin, sources, log, clock);
  const setCertificate = (use: string) => {
    if (use === "admin") server.setCertificate(certificates.pair("admin"));
  };
  setCertificate("admin");
  scope.defer(certificates.onChange(setCertificate));
  return { address: server, diagnostics };
}

function diagnosticsOf<C>(scope: Scope, options: ManagementOptions<C>): DiagnosticLogging {
  const { role, ground, config, levels, modules, captures, certificates, file, status, secrets } = options;
  return openDiagnosticLogging(scope, {
    ...{ role, levels, modules, captures, status, secrets },
    folder: config.diagnostics,
    configuration: () => readFileSync(file.path, "utf8"),
    certificates: () => JSON.stringify(certificates.rows(), undefined, 2),
    resolve: (name) => ground.dns.addresses(name),
    clock: ground.clock,
    log: ground.log.with({ part: "diagnostics" }),
  });
}
