import type { Scope } from "#base";
import type { DtlsConnection, DtlsContext, SrtpKeyingMaterial } from "#native";
import { SRTP_PROFILES, type SrtpProfile, SrtpReceiver, SrtpSender } from "#srtp";
import { HEADROOM } from "#turn-client";
import type { Fingerprint } from "../control.ts";
import { reasonFor } from "./errors.ts";

export interface Reason {
  readonly code: string;
  readonly detail: string;
}

export interface SecureSessionEvents {
  /** One DTLS datagram to send. The bytes are the sender's after the call. */
  onDatagram(datagram: Buffer): void;
  onConnected(): void;
  /** SCTP, once connected. */
  onApplicationData(data: Buffer): void;
  /** Told once: the handshake failed, or the peer said good-bye. */
  onEnd(reason: Reason): void;
}

/** DTLS with one client and, once that is connected, SRTP both ways. */
export class SecureSession {
  readonly #scope: Scope;
  readonly #events: SecureSessionEvents;
  readonly #dtls: DtlsConnection;
  #sender: SrtpSender | undefined;
  #receiver: SrtpReceiver | undefined;
  #timer: { cancel(): void } | undefined;
  #ended = false;

  /** Throws NATIVE_DTLS_FINGERPRINT_UNSUPPORTED. */
  constructor(scope: Scope, context: DtlsContext, expectedFingerprint: Fingerprint, events: SecureSessionEvents) {
    this.#scope = scope;
    this.#events = events;
    this.#dtls = context.accept({
      expectedFingerprint,
      profiles: SRTP_PROFILES,
      cookieExchange: false,
      onSend: (datagram) => events.onDatagram(datagram),
    });
  }

  get connected(): boolean {
    return this.#sender !== undefined;
  }

  /** True if the datagram held authentic application data. */
  receiveDtls(datagram: Buffer): boolean {
    if (this.#ended) return false;
    const data = this.#dtls.receive(datagram);
    this.#follow();
    for (const message of data) this.#events.onApplicationData(message);
    return data.length > 0;
  }

  unprotectRtp(packet: Buffer): Buffer | undefined {
    return this.#receiver?.unprotectRtp(packet);
  }

  unprotectRtcp(packet: Buffer): Buffer | undefined {
    return this.#receiver?.unprotectRtcp(packet);
  }

  /** With HEADROOM bytes in front. */
  protectRtp(packet: Buffer): Buffer | undefined {
    return this.#sender?.protectRtp(packet);
  }

  protectRtcp(packet: Buffer): Buffer | undefined {
    return this.#sender?.protectRtcp(packet);
  }

  sendApplicationData(data: Buffer): void {
    if (!this.#ended) this.#dtls.send(data);
  }

  close(): void {
    this.#ended = true;
    this.#timer?.cancel();
    this.#dtls.close();
  }

  /** Acts on the state in which the latest step left DTLS. */
  #follow(): void {
    this.#timer?.cancel();
    const { state, timeoutMs } = this.#dtls;
    if (state.state === "failed") this.#end(failureReason(state));
    else if (state.state === "closed") this.#end(reasonFor("MEDIA_PEER_CLOSED"));
    else if (state.state === "connected" && !this.#sender) this.#connect(state.profile as SrtpProfile, state.keys);
    if (timeoutMs !== undefined) this.#timer = this.#scope.after(timeoutMs, () => this.#retransmit());
  }

  #connect(profile: SrtpProfile, { clientKey, clientSalt, serverKey, serverSalt }: SrtpKeyingMaterial): void {
    this.#sender = new SrtpSender(profile, { key: serverKey, salt: serverSalt }, HEADROOM);
    this.#receiver = new SrtpReceiver(profile, { key: clientKey, salt: clientSalt });
    this.#events.onConnected();
  }

  #retransmit(): void {
    if (this.#ended) return;
    this.#dtls.retransmit();
    this.#follow();
  }

  #end(reason: Reason): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.onEnd(reason);
  }
}

function failureReason(failed: Reason): Reason {
  if (failed.code === "DTLS_FINGERPRINT_MISMATCH") return reasonFor("MEDIA_DTLS_FINGERPRINT_MISMATCH");
  if (failed.code === "DTLS_NO_CERTIFICATE") return reasonFor("MEDIA_DTLS_NO_CERTIFICATE");
  return reasonFor("MEDIA_DTLS_FAILED", { code: failed.code, detail: failed.detail });
}
