import { useEffect, useState } from "preact/hooks";

/** Seconds left, counted down; and how to begin anew. */
export function useCountdown(from: number): [left: number, start: (seconds: number) => void] {
  const [left, setLeft] = useState(from);
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  return [left, setLeft];
}
