import type { Kind, Preview } from "./preview.ts";

const KINDS: readonly Kind[] = ["camera", "microphone"];

/** Which devices a person wants to be on, kept while the page shows something else. */
export class DeviceWish {
  readonly #preview: Preview;
  #wanted: Readonly<Record<Kind, boolean>> = { camera: true, microphone: true };
  #started = false;

  constructor(preview: Preview) {
    this.#preview = preview;
  }

  set(wanted: Readonly<Record<Kind, boolean>>): void {
    this.#wanted = wanted;
  }

  /** As the preview has them now. */
  note(): void {
    this.#wanted = { camera: this.#isWanted("camera"), microphone: this.#isWanted("microphone") };
  }

  /** On again, if they were; at first both, with one question of the browser. */
  restore(): void {
    const wanted = KINDS.filter((kind) => this.#wanted[kind] && !this.#isWanted(kind));
    if (!this.#started && wanted.length === KINDS.length) void this.#preview.startBoth();
    else for (const kind of wanted) void this.#preview.start(kind);
    this.#started = true;
  }

  stop(): void {
    for (const kind of KINDS) this.#preview.stop(kind);
  }

  #isWanted(kind: Kind): boolean {
    const { state } = this.#preview[kind].value;
    return state === "on" || state === "starting";
  }
}
