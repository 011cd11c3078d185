export type Trouble = "denied" | "missing" | "busy" | "unsupported";

/** Keys of the sentences about devices. */
export type DeviceSentence =
  | "denied"
  | "cameraDenied"
  | "micDenied"
  | "missing"
  | "cameraMissing"
  | "micMissing"
  | "busy"
  | "unsupported";

/** The one sentence to say about both devices, if anything is wrong with either. */
export function deviceProblem(camera: Trouble | undefined, mic: Trouble | undefined): DeviceSentence | undefined {
  const either = (trouble: Trouble) => camera === trouble || mic === trouble;
  if (either("unsupported")) return "unsupported";
  if (either("busy")) return "busy";
  if (camera && mic) return either("denied") ? "denied" : "missing";
  if (camera) return camera === "denied" ? "cameraDenied" : "cameraMissing";
  if (mic) return mic === "denied" ? "micDenied" : "micMissing";
  return undefined;
}
