export interface AlarmType {
  readonly type: string;
  /** "error": something does not work. "warning": it works still, or soon will not. */
  readonly severity: "warning" | "error";
  readonly meaning: string;
  /** The noun that its subject may name, if it has one. */
  readonly subject?: string;
  /** Named so by the CMS API; scripts know it. */
  readonly cms?: boolean;
}

/** Every type of alarm that Turnpike raises, in the order of docs/protocol/alarms.md. */
export const ALARM_TYPES: readonly AlarmType[] = [
  {
    type: "turnServerUnavailable",
    severity: "error",
    subject: "turnServer",
    cms: true,
    meaning: "a TURN server gives this Call Bridge no relay: guests outside may have no media",
  },
  {
    type: "c2wConnectionFailure",
    severity: "error",
    subject: "webBridge",
    cms: true,
    meaning: "the link from the Call Bridge to a Web Bridge is down: nobody can join through that Web Bridge",
  },
  {
    type: "cdrConnectionFailure",
    severity: "warning",
    subject: "cdrReceiver",
    cms: true,
    meaning: "a CDR receiver does not take records: they wait in a queue on the disk",
  },
  {
    type: "databaseConnectionError",
    severity: "error",
    cms: true,
    meaning: "the PostgreSQL storage cannot be reached: joins by people not yet in a call fail",
  },
  {
    type: "webhookFailure",
    severity: "warning",
    subject: "webhook",
    meaning: "a webhook does not take events: they wait in a queue on the disk",
  },
  {
    type: "callRecordsNotStored",
    severity: "warning",
    subject: "cdrReceiver or webhook",
    meaning: "the queue of a CDR receiver or webhook cannot be written: what is waiting would not survive a restart",
  },
  {
    type: "storageUnreadable",
    severity: "error",
    meaning: "the storage failed (file gone, disk full, connection lost): no change is accepted",
  },
  {
    type: "certificateProblem",
    severity: "warning",
    subject: "certificate",
    meaning: "a certificate ends soon, has ended, or cannot be used",
  },
  {
    type: "eventLogNotStored",
    severity: "error",
    meaning: "the event log cannot be written to its folder: its latest 5,000 lines are in memory only",
  },
  {
    type: "syslogUndeliverable",
    severity: "warning",
    subject: "host",
    meaning: "a syslog server cannot be reached: the lines for it wait in memory, the oldest are dropped",
  },
  {
    type: "mediaWorkerLost",
    severity: "error",
    subject: "mediaWorker",
    meaning: "a media worker process ended by itself: its calls were interrupted",
  },
  {
    type: "ldapUnavailable",
    severity: "error",
    subject: "ldapServer",
    meaning: "an LDAP server cannot be asked: its users cannot sign in",
  },
  {
    type: "tunnelDown",
    severity: "error",
    subject: "edge",
    meaning: "core: no tunnel to an edge works, so no guest comes in through that edge",
  },
  {
    type: "tunnelDegraded",
    severity: "warning",
    subject: "edge",
    meaning: "core: fewer tunnel connections to an edge than configured",
  },
  {
    type: "tunnelOver443",
    severity: "warning",
    subject: "edge",
    meaning: "core: the edge's tunnel port cannot be reached, the tunnel runs over its port 443",
  },
  {
    type: "joinHostUnreachable",
    severity: "error",
    subject: "joinHost",
    meaning:
      "core: no Web Bridge of a join host works; edge: no tunnel carries it. Guests see that the service is not reachable",
  },
  {
    type: "webBridgeTargetFailed",
    severity: "warning",
    subject: "target",
    meaning: "core: one of several Web Bridges of a join host fails its check and is skipped",
  },
  {
    type: "joinHostLookupFailed",
    severity: "warning",
    subject: "joinHost",
    meaning: "core: the name lookup of a join host fails; the last good answer goes on counting",
  },
  {
    type: "certificateNameMissing",
    severity: "error",
    subject: "joinHost",
    meaning: "edge: the certificate does not name a join host, so browsers refuse it",
  },
  {
    type: "sharedTunnelIdentity",
    severity: "error",
    subject: "fingerprint",
    meaning: "edge: two cores show the same key at once: one of them is a copy",
  },
  {
    type: "turnWorkerLost",
    severity: "error",
    meaning: "edge: the TURN worker process ended by itself and is started again; its relays were lost",
  },
  {
    type: "relayPortsShort",
    severity: "warning",
    subject: "family",
    meaning: "edge: nearly all relay ports are in use; without a free one a guest gets no relay",
  },
  {
    type: "relayAddressWrong",
    severity: "warning",
    subject: "code",
    meaning: "edge: guests outside are told a relay address that they cannot reach, or relays are on the inner network",
  },
  {
    type: "clockSkew",
    severity: "warning",
    subject: "joinHost",
    meaning: "the clocks of this machine and of the meeting server differ: credentials and certificates may be refused",
  },
  {
    type: "diagnosticsStopped",
    severity: "warning",
    meaning: "diagnostic logging ended early: its disk is full or its folder cannot be written",
  },
];
