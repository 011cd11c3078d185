/** Codes in failureDetails that this server answers with, and what they mean. */
const CMS = {
  accessMethodDoesNotExist: "there is no such access method",
  callBridgeDoesNotExist: "there is no such Call Bridge",
  callBridgeGroupDoesNotExist: "there is no such Call Bridge group",
  callBrandingProfileDoesNotExist: "there are no call branding profiles here",
  callDoesNotExist: "there is no such call: it may have ended",
  callLegDoesNotExist: "there is no such call leg: it may have left",
  callLegProfileDoesNotExist: "there is no such call leg profile",
  callProfileDoesNotExist: "there is no such call profile",
  callRecordingCannotBeModified: "calls are not recorded here",
  callStreamingCannotBeModified: "calls are not streamed here",
  cdrReceiverDoesNotExist: "there is no such CDR receiver",
  compatibilityProfileDoesNotExist: "there are no compatibility profiles here",
  coSpaceAccessMethodTemplateDoesNotExist: "there is no such access method template",
  coSpaceDoesNotExist: "there is no such space",
  coSpaceTemplateDoesNotExist: "there is no such space template",
  coSpaceUserDoesNotExist: "the space has no such member",
  databaseNotReady: "the storage cannot be used at the moment",
  dialInSecurityProfileDoesNotExist: "there are no dial-in security profiles here",
  dtmfProfileDoesNotExist: "there are no DTMF profiles here",
  duplicateCallBridgeName: "another Call Bridge has this name",
  duplicateCoSpaceId: "another space has this callId",
  duplicateCoSpaceIdPasscode: "another access of this space has this callId with the same passcode",
  duplicateCoSpaceUri: "another space has this URI",
  duplicateCoSpaceUriPasscode: "another access of this space has this URI with the same passcode",
  invalidOperation: "this cannot be done here",
  ivrBrandingProfileDoesNotExist: "there are no IVR branding profiles here",
  layoutTemplateDoesNotExist: "there are no layout templates here",
  ldapMappingDoesNotExist: "there is no such LDAP mapping",
  ldapServerDoesNotExist: "there is no such LDAP server",
  ldapSourceDoesNotExist: "there is no such LDAP source",
  ldapSyncCannotBeCancelled: "the LDAP sync has begun already",
  ldapSyncDoesNotExist: "there is no such LDAP sync",
  parameterError: "a parameter is wrong",
  passcodeTooShort: "the passcode is too short",
  tenantDoesNotExist: "there is no such tenant",
  tenantGroupDoesNotExist: "there is no such tenant group",
  tooManyCdrReceivers: "there may be four CDR receivers",
  tooManyLdapSyncs: "there are too many LDAP syncs waiting",
  unrecognizedObject: "the path names nothing that this API knows",
  userDoesNotExist: "there is no such user",
  userProfileDoesNotExist: "there are no user profiles here",
} as const;

/** Not in the list of the CMS API: for what it answers in ways that are not known, or cannot happen there. */
const OURS = {
  authenticationRequired: "sign in with HTTP Basic",
  changedMeanwhile: "someone else changed the object since it was read: read it again",
  forgedRequest: "a browser's request that does not come from this server's own pages",
  identityProviderDoesNotExist: "there is no such identity provider",
  insufficientRights: "this account may look, and change nothing",
  internalServerError: "a fault of the server; its log says more",
  malformedRequest: "the body cannot be read as form text, JSON or XML",
  participantDoesNotExist: "there is no such participant: it may have left",
  requestTooLarge: "the body has more than 1 MiB",
  serviceUnavailable: "the server cannot do it at the moment",
  tooManyObjects: "there may be no more objects of this kind",
  tooManyRequests: "too many failed sign-ins from there: wait",
  turnServerDoesNotExist: "there is no such TURN server",
  webBridgeDoesNotExist: "there is no such Web Bridge",
  webBridgeProfileDoesNotExist: "there is no such Web Bridge profile",
  webhookDoesNotExist: "there is no such webhook",
} as const;

export type FailureCode = keyof typeof CMS | keyof typeof OURS;

export const FAILURES: readonly { readonly code: FailureCode; readonly text: string; readonly ours: boolean }[] = [
  ...Object.entries(CMS).map(([code, text]) => ({ code: code as FailureCode, text, ours: false })),
  ...Object.entries(OURS).map(([code, text]) => ({ code: code as FailureCode, text, ours: true })),
];

const TEXTS = new Map<string, string>(FAILURES.map(({ code, text }) => [code, text]));

export function failureText(code: FailureCode): string {
  return TEXTS.get(code) ?? code;
}

export function isFailureCode(code: string): code is FailureCode {
  return TEXTS.has(code);
}
