import { useState } from "preact/hooks";
import { factsOf } from "../../server/failure.ts";
import { failureSentence } from "../../strings/failures.ts";
import { useApp, useStrings } from "../context.ts";

/** Runs one change after the other: says what was done, or why it was not. */
export function useAction(): {
  readonly busy: boolean;
  readonly run: (act: () => Promise<unknown>, done?: string) => Promise<boolean>;
} {
  const app = useApp();
  const strings = useStrings();
  const [busy, setBusy] = useState(false);
  const run = async (act: () => Promise<unknown>, done?: string) => {
    setBusy(true);
    try {
      await act();
      if (done) app.notify("done", done);
      return true;
    } catch (error) {
      app.notify("failed", failureSentence(factsOf(error), strings));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, run };
}
