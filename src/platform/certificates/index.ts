export { type CertificateReport, describeCertificate, EXPIRY_WARNING_DAYS } from "./describe.ts";
export { certificateErrors } from "./errors.ts";
export { createAuthority, issueLink, issueServer, type Pair, type ServerNames } from "./issue.ts";
export { checkPair, fingerprintOf, loadCertificates, loadPair, type PairFiles } from "./load.ts";
export { readSecretFile, writeSecretFile } from "./secret-file.ts";
export { createSshKey, type SshKey, sshFingerprintOf } from "./ssh-key.ts";
