/**
 * A peer's address without the clothing that a socket for both families gives an IPv4 one, and without an interface. That of a
 * 6to4 or Teredo client stays as it is: TURN tells the client its address.
 */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "").split("%")[0]!;
}
