import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { AskFailure } from "../../portal/ask.ts";

export type Loaded<T> =
  | { readonly state: "loading" }
  | { readonly state: "loaded"; readonly value: T }
  | { readonly state: "failed"; readonly failure: AskFailure };

/** Loads something and again when asked to; what was there stays until the new one has come. */
export function useLoaded<T>(load: () => Promise<T>, key: string): [Loaded<T>, reload: () => void] {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: "loading" });
  const turn = useRef(0);
  const reload = useCallback(() => {
    const mine = ++turn.current;
    const show = (next: Loaded<T>) => mine === turn.current && setLoaded(next);
    load().then(
      (value) => show({ state: "loaded", value }),
      (thrown: unknown) => show({ state: "failed", failure: asFailure(thrown) }),
    );
  }, [key]);
  useEffect(() => {
    setLoaded({ state: "loading" });
    reload();
    return () => {
      turn.current++;
    };
  }, [reload]);
  return [loaded, reload];
}

/** Does one thing at a time, and keeps what went wrong until the next try. */
export function useAction() {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<AskFailure>();
  const run = async (act: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await act();
    } catch (thrown) {
      setFailure(asFailure(thrown));
    } finally {
      setBusy(false);
    }
  };
  return { busy, failure, run };
}

function asFailure(thrown: unknown): AskFailure {
  if (thrown instanceof AskFailure) return thrown;
  console.error(thrown);
  return new AskFailure({ code: "APP_FAILED" });
}
