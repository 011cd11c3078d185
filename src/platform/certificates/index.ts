export { acmeSection, certificateSource, localAuthoritySection } from "./config.ts";
export type {
  AcmeState,
  CertificateProblem,
  CertificateProblemCode,
  CertificateRow,
  CertificateSource,
  CertificateStore,
  CertificateStoreOptions,
  CertificateUse,
  CertificateUses,
  ChainLink,
  SshKeyUse,
} from "./contract.ts";
export { type CertificateReport, describeCertificate, EXPIRY_WARNING_DAYS } from "./describe.ts";
export { certificateErrors } from "./errors.ts";
export { createAuthority, issueLink, issueServer, type Pair, type ServerNames } from "./issue.ts";
export { checkPair, fingerprintOf, loadCertificates, loadPair, type PairFiles } from "./load.ts";
export { certificateRoutes } from "./routes.ts";
export { readSecretFile, writeSecretFile } from "./secret-file.ts";
export { createSshKey, type SshKey, sshFingerprintOf } from "./ssh-key.ts";
export { openCertificateStore } from "./store.ts";
export { watchFiles } from "./watch.ts";
