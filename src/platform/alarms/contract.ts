/** Something that is wrong now and that an administrator should mend. */
export interface Alarm {
  /** UUID, as long as it lasts. */
  readonly id: string;
  /** The CMS API's name: "turnServerUnavailable"; docs/alarms.md lists them. */
  readonly type: string;
  /** What it is about, so that one type may be raised for several things: "turnServer" and its id, or a host name. */
  readonly subject: { readonly noun: string; readonly id: string } | undefined;
  /** The CMS API's word: "connectFailure", "dnsFailure", "authenticationFailure"... */
  readonly failureReason: string | undefined;
  /** In words, for a person. */
  readonly text: string;
  readonly remedy: string;
  /** Milliseconds since 1970. */
  readonly raisedAt: number;
}

export type RaisedAlarm = Pick<Alarm, "type" | "text" | "remedy"> & Partial<Pick<Alarm, "subject" | "failureReason">>;

export interface Alarms {
  /** Raises it, or renews the words of the one with the same type and subject. */
  raise(alarm: RaisedAlarm): void;
  clear(type: string, subject?: Alarm["subject"]): void;
  /** Oldest first. */
  current(): readonly Alarm[];
  /** Those that were cleared, latest first, at most 100. */
  past(): readonly (Alarm & { readonly clearedAt: number })[];
  onChange(listener: (alarm: Alarm, what: "raised" | "changed" | "cleared") => void): () => void;
}
