import { useEffect } from "preact/hooks";
import { useApp, useStrings } from "../context.ts";
import { confirm } from "./confirm.tsx";

/** Who leaves a page with unsaved changes is asked first. */
export function useUnsavedGuard(isDirty: boolean): void {
  const { router } = useApp();
  const { shell } = useStrings();
  useEffect(() => {
    if (!isDirty) return;
    return router.guard(() => confirm({ title: shell.leaveTitle, text: shell.leaveText, action: shell.leave }));
  }, [isDirty, router, shell]);
}
