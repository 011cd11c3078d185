/**
 * Why some bytes are no message: the place at which reading stopped ("XOR-PEER-ADDRESS/family"). A value and not an
 * exception, since it is made for every stray packet.
 */
export class DecodeError {
  readonly place: string;
  constructor(place: string) {
    this.place = place;
  }
}
