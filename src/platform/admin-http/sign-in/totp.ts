import { generateSecret, generateURI, verifySync } from "otplib/functional";

/** RFC 6238 5.2: a code of the step before or after is taken too, since clocks differ. */
const TOLERANCE_SECONDS = 30;

/** 160 bits, as RFC 4226 4 recommends; and the address that authenticators read from a QR code. */
export function newTotp(name: string): { readonly secret: string; readonly uri: string } {
  const secret = generateSecret();
  return { secret, uri: generateURI({ issuer: "Turnpike", label: name, secret }) };
}

/** The time step of a code that is right, in time and later than `lastStep`; undefined for all others. */
export function totpStep(secret: string, code: string, now: number, lastStep: number): number | undefined {
  const token = code.replace(/\s/g, "");
  if (!/^\d{6}$/.test(token)) return undefined;
  const epoch = Math.floor(now / 1000);
  const result = verifySync({ secret, token, epoch, epochTolerance: TOLERANCE_SECONDS });
  return result.valid && "timeStep" in result && result.timeStep > lastStep ? result.timeStep : undefined;
}
