/** One way to a syslog server, while it works. */
export interface Transport {
  /** Resolves when the system has taken it, which is as much as syslog can know. Rejects if the way is gone. */
  send(message: Buffer): Promise<void>;
  /** Ends what is open; what was taken still leaves. */
  close(): Promise<void>;
  /** Resolves with the reason when the way has gone. */
  readonly gone: Promise<string>;
}
