import type { AdminRoute } from "#admin-http";
import type { Alarms } from "#alarms";
import { type Clock, textOf } from "#base";
import { type CertificateReport, describeCertificate } from "#certificates";
import type { MeetingServerConfig } from "../config.ts";

export type CertificateRow =
  | CertificateReport
  | { readonly use: string; readonly file: string; readonly problem: string; readonly subject?: undefined };

/** Every certificate that the configuration names, each file once for each use. */
export function certificateRows(config: MeetingServerConfig, now: number): readonly CertificateRow[] {
  const { webBridge, callBridge, admin } = config;
  const files: readonly (readonly [string, string])[] = [
    ["webBridge.certificate", webBridge.certificate],
    ["webBridge.link.certificate", webBridge.link.certificate],
    ["callBridge.link.certificate", callBridge.link.certificate],
    ["admin.certificate", admin.certificate],
  ];
  return files.map(([use, file]) => {
    try {
      return describeCertificate(use, file, now);
    } catch (error) {
      return { use, file, problem: textOf(error) };
    }
  });
}

export function certificateRoutes(config: MeetingServerConfig, clock: Clock): readonly AdminRoute[] {
  return [{ method: "GET", path: "/api/certificates", run: () => certificateRows(config, clock.now()) }];
}

/** Raises an alarm for each certificate that is about to end or wrong, and clears those that are mended. */
export function checkCertificates(config: MeetingServerConfig, alarms: Alarms, clock: Clock): void {
  for (const { use, file, problem } of certificateRows(config, clock.now())) {
    const subject = { noun: "certificate", id: use };
    if (problem === undefined) alarms.clear("certificateProblem", subject);
    else
      alarms.raise({
        type: "certificateProblem",
        subject,
        text: `The certificate of ${use} (${file}): ${problem}`,
        remedy: "put a good certificate and key in its place and restart the meeting server",
      });
  }
}
