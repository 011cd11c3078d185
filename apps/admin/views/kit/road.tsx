import type { ComponentChildren } from "preact";
import type { MarkState } from "./marks.tsx";

/** The line between two stops, with what travels there. The stops say the same in words. */
export function Way({ state, label }: { readonly state: MarkState; readonly label: string }) {
  return (
    <div class={`way ${state}`} aria-hidden="true">
      <span>{label}</span>
    </div>
  );
}

/** Boxes at one place of the road. `isOwn`: as wide as their words. */
export function Stops({ isOwn = false, children }: { readonly isOwn?: boolean; readonly children: ComponentChildren }) {
  return <ul class={isOwn ? "road-stop own" : "road-stop"}>{children}</ul>;
}

interface StopProps {
  readonly title: string;
  /** The machine whose page this is. */
  readonly isHere?: boolean;
  readonly children?: ComponentChildren;
}

export function Stop({ title, isHere = false, children }: StopProps) {
  return (
    <li class={isHere ? "stop main" : "stop"}>
      <strong>{title}</strong>
      {children}
    </li>
  );
}
