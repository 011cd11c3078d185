/** Samples that are kept, one a second. */
const SAMPLES = 4;

/** How much of one CPU this process has used in the last seconds. */
export class CpuLoad {
  readonly #samples: { readonly atUs: number; readonly usedUs: number }[] = [];

  constructor(nowUs: number) {
    this.sample(nowUs);
  }

  /** To be called once a second. */
  sample(nowUs: number): void {
    this.#samples.push({ atUs: nowUs, usedUs: used() });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }

  percent(nowUs: number): number {
    const { atUs, usedUs } = this.#samples[0]!;
    return nowUs > atUs ? (100 * (used() - usedUs)) / (nowUs - atUs) : 0;
  }
}

function used(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
