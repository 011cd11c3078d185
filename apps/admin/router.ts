import { type ReadonlySignal, signal } from "@preact/signals";

/** What a page that has unsaved edits says when somebody wants to leave it: true if it may be left. */
export type Guard = () => Promise<boolean>;

/** Where the administrator is, as the address bar shows it. */
export interface Location {
  /** "/configuration/spaces", without a slash at its end. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Pages by the History API. Links stay links: a click is taken over unless it opens elsewhere. */
export class Router {
  readonly #location = signal<Location>({ path: "/", query: new URLSearchParams() });
  #guard: Guard | undefined;
  /** Of the entry that is shown, to go back to it when leaving is refused. */
  #shown = "";

  constructor(start: string) {
    this.#show(start);
  }

  get location(): ReadonlySignal<Location> {
    return this.#location;
  }

  /** Follows the window's links and its back and forward keys. Returns the function that ends it. */
  follow(target: Window): () => void {
    const clicked = (event: MouseEvent) => this.#clicked(event);
    const moved = () => void this.#moved(target.location.pathname + target.location.search);
    const unloading = (event: BeforeUnloadEvent) => this.#guard && event.preventDefault();
    target.addEventListener("click", clicked);
    target.addEventListener("popstate", moved);
    target.addEventListener("beforeunload", unloading);
    return () => {
      target.removeEventListener("click", clicked);
      target.removeEventListener("popstate", moved);
      target.removeEventListener("beforeunload", unloading);
    };
  }

  /** Asked before the page is left; one at a time. Returns the function that takes it away. */
  guard(guard: Guard): () => void {
    this.#guard = guard;
    return () => {
      if (this.#guard === guard) this.#guard = undefined;
    };
  }

  async go(to: string, how: "push" | "replace" = "push"): Promise<void> {
    if (to === this.#shown || !(await this.#mayLeave())) return;
    if (how === "push") history.pushState(null, "", to);
    else history.replaceState(null, "", to);
    this.#show(to);
  }

  /** Another query for the same page: no guard, no entry in the history. */
  setQuery(query: Readonly<Record<string, string>>): void {
    const written = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "")).toString();
    const to = this.#location.value.path + (written ? `?${written}` : "");
    history.replaceState(null, "", to);
    this.#show(to);
  }

  #show(to: string): void {
    const url = new URL(to, "http://localhost");
    this.#shown = to;
    this.#location.value = { path: url.pathname.replace(/\/+$/, "") || "/", query: url.searchParams };
  }

  async #mayLeave(): Promise<boolean> {
    const guard = this.#guard;
    if (!guard) return true;
    if (!(await guard())) return false;
    if (this.#guard === guard) this.#guard = undefined;
    return true;
  }

  async #moved(to: string): Promise<void> {
    const shown = this.#shown;
    if (this.#guard) {
      history.pushState(null, "", shown);
      if (!(await this.#mayLeave())) return;
      history.replaceState(null, "", to);
    }
    this.#show(to);
  }

  #clicked(event: MouseEvent): void {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.getAttribute("href")?.startsWith("#") || link.pathname.startsWith("/api/")) return;
    event.preventDefault();
    void this.go(link.pathname + link.search);
  }
}
