import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useStrings } from "./strings.ts";

/** A component in a file of its own that is loaded when it is first shown. If that fails, it says so and can be tried again. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function Lazy(props: P) {
    const [, setReady] = useState(loaded !== undefined);
    const [failed, setFailed] = useState(false);
    const [attempt, setAttempt] = useState(0);
    useEffect(() => {
      if (loaded) return;
      load().then(
        (component) => {
          loaded = component;
          setReady(true);
        },
        () => setFailed(true),
      );
    }, [attempt]);
    const Loaded = loaded;
    if (Loaded) return <Loaded {...props} />;
    const retry = () => {
      setFailed(false);
      setAttempt(attempt + 1);
    };
    return failed ? <NotLoaded onRetry={retry} /> : <main class="sheet" aria-busy="true" />;
  };
}

function NotLoaded({ onRetry }: { readonly onRetry: () => void }) {
  const { failures, failure } = useStrings();
  return (
    <main class="sheet">
      <section class="card">
        <p class="failure" role="alert">
          {failures.APP_NOT_LOADED}
        </p>
        <div class="actions">
          <button type="button" class="button primary" onClick={onRetry}>
            {failure.retry}
          </button>
        </div>
      </section>
    </main>
  );
}
