export type PlaneHandle = { readonly kind: "packet-plane" };

/** Listener, lane, and the client's address and port; nothing for a client on a stream. */
export type PathArguments = [] | [listener: number, lane: number, address: string, port: number];

/**
 * plane_functions.cc, function by function. Each throws if the plane is closed or an argument is not what it must be, and has
 * then done nothing. Calls for relays that are not open do nothing.
 */
export interface PlaneAddon {
  /**
   * A handle, or errno. While many packets come, a lane lets them gather for `pauseMicroseconds` (0 to 100,000).
   * All lanes work if `alwaysSpread`, else as many as the load needs. `wake` is called when there is something to take, once
   * for each batch.
   */
  openPlane(lanes: number, pauseMicroseconds: number, alwaysSpread: boolean, wake: () => void): PlaneHandle | number;
  /** Ends the threads, at once. A second time it does nothing. */
  closePlane(plane: PlaneHandle): void;
  /** Listener and port, or errno. */
  planeListen(plane: PlaneHandle, address: string, port: number): [number, number] | number;
  /** 0, or errno. Rates of 0 are no limits. */
  planeOpenRelay(
    plane: PlaneHandle,
    id: number,
    bound: string,
    boundPort: number,
    advertised: string,
    advertisedPort: number,
    packetsPerSecond: number,
    bitsPerSecond: number,
    ...client: PathArguments
  ): number;
  planeCloseRelay(plane: PlaneHandle, id: number): void;
  planeMoveRelay(plane: PlaneHandle, id: number, ...client: PathArguments): void;
  planePermit(plane: PlaneHandle, id: number, address: string, allowed: boolean): void;
  planeBindChannel(plane: PlaneHandle, id: number, channel: number, ...peer: [] | [string, number]): void;
  planeAdmit(plane: PlaneHandle, id: number, address: string, port: number): void;
  planeForgetAdmitted(plane: PlaneHandle, id: number): void;
  /**
   * From now on lanes answer an Allocate that nobody has signed by this message, with the transaction id and the nonce from
   * `nonceAt` on put in: 16 characters of base64, for the time (`seconds` is now) and an HMAC-SHA256 with `key` (32 bytes).
   * Without arguments they do not any more.
   */
  planeSetChallenge(
    plane: PlaneHandle,
    ...challenge: [] | [message: Uint8Array, nonceAt: number, key: Uint8Array, seconds: number, perSecond: number]
  ): void;
  /** Leaves with `planeSendReplies`, or before it when many wait. */
  planeReply(plane: PlaneHandle, message: Uint8Array, ...client: PathArguments): void;
  /** What sends says whether there is something to take now. */
  planeSendReplies(plane: PlaneHandle): boolean;
  planeSendToPeer(
    plane: PlaneHandle,
    id: number,
    address: string,
    port: number,
    data: Uint8Array,
    dontFragment: boolean,
  ): boolean;
  planeSendOnChannel(plane: PlaneHandle, id: number, channel: number, data: Uint8Array): boolean;
  /** The counters in the order of `Count` (relay.h), and for how many ms the relay has been idle. */
  planeRelay(plane: PlaneHandle, id: number): number[] | undefined;
  /** To be called some times a second: sees to it that as many lanes work as the load needs. */
  planeBalance(plane: PlaneHandle): void;
  planeSetTapped(plane: PlaneHandle, tapped: boolean): void;
  /**
   * Fills the slab with records (up_ring.h) and returns their bytes; 0 when there is nothing more. Each lane has a share of
   * the slab, so it has 128 KiB for each. `own`: only what this thread's own sends have caused.
   */
  planeTake(plane: PlaneHandle, slab: Uint8Array, own: boolean): number;
  /** Threads, dropped upwards, run sends and packets, merged reads and packets, fallbacks (EINVAL, ENOPROTOOPT, EIO, EMSGSIZE). */
  planeStatus(plane: PlaneHandle): number[];
  /** Of 16 bytes, as Node writes it too. */
  ipv6Text(bytes: Uint8Array): string;
  /** 0, or errno. */
  noNewPrivileges(): number;
}
