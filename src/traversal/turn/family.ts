/** RFC 8656 18.6: 1 is IPv4, 2 is IPv6. */
export type Family = 1 | 2;

export const IPV4 = 1;
export const IPV6 = 2;

export function familyOf(address: string): Family {
  return address.includes(":") ? IPV6 : IPV4;
}
