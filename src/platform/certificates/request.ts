import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { fail } from "./errors.ts";
import { keyText, library, newKeys, SIGNATURE } from "./x509.ts";

export interface CertificateRequest {
  /** PEM, PKCS#10 (RFC 2986). */
  readonly request: string;
  /** PEM, of the new P-256 key. */
  readonly key: string;
}

/** A new key and the request for a certificate of it. The first DNS name is the common name too, unless `bare`. */
export async function makeRequest(names: readonly string[], bare = false): Promise<CertificateRequest> {
  const checked = names.map(checkedName);
  const x509 = await library();
  const keys = await newKeys();
  const first = checked.find((name) => !isIP(name) && name.length <= COMMON_NAME_MAX);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    ...(first && !bare && { name: [{ CN: [first] }] }),
    keys,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.SubjectAlternativeNameExtension(
        checked.map((value) => ({ type: isIP(value) ? ("ip" as const) : ("dns" as const), value })),
      ),
    ],
  });
  return { request: `${request.toString("pem")}\n`, key: await keyText(keys.privateKey) };
}

/** RFC 5280 appendix A, ub-common-name. */
const COMMON_NAME_MAX = 64;

/** In ASCII form; "*.example.com" may stand. */
function checkedName(name: string): string {
  if (isIP(name)) return name;
  const star = name.startsWith("*.") ? "*." : "";
  const ascii = domainToASCII(name.slice(star.length));
  if (!/^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(ascii))
    throw fail("CERTIFICATE_NAME_INVALID", { name: JSON.stringify(name.slice(0, 100)) });
  return star + ascii;
}
