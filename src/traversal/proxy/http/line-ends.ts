const [CR, LF] = [0x0d, 0x0a];

/** A line end that is no CRLF. The last byte may be a CR whose LF has not come. */
export function hasBadLine(held: Buffer, from: number): boolean {
  for (let at = held.indexOf(LF, from); at >= 0; at = held.indexOf(LF, at + 1)) if (held[at - 1] !== CR) return true;
  for (let at = held.indexOf(CR, from); at >= 0; at = held.indexOf(CR, at + 1))
    if (at + 1 < held.length && held[at + 1] !== LF) return true;
  return false;
}
