import { useEffect, useState } from "preact/hooks";
import { nearest, type Page } from "../../model/paging.ts";
import { type FailureFacts, factsOf } from "../../server/failure.ts";
import type { ApiList, ListOptions } from "../../server/objects.ts";

/** The API's own page. */
const SIZE = 20;
/** After the last key in the filter. Milliseconds. */
const TYPING_PAUSE = 250;

export interface PagedList<L extends { readonly total: number } = ApiList> {
  readonly list: L | undefined;
  readonly page: Page | undefined;
  readonly why: FailureFacts | undefined;
  readonly filter: string;
  setFilter(text: string): void;
  setOffset(offset: number): void;
  reload(): void;
}

/** A filtered list, a page at a time. What was there stays until the next has come. `key`: another list altogether. */
export function usePagedList<L extends { readonly total: number } = ApiList>(
  ask: (options: ListOptions) => Promise<L>,
  key = "",
): PagedList<L> {
  const [query, setQuery] = useState({ filter: "", offset: 0, count: 0 });
  const [list, setList] = useState<L>();
  const [why, setWhy] = useState<FailureFacts>();

  useEffect(() => {
    let isOver = false;
    const load = async () => {
      try {
        const answer = await ask({ filter: query.filter.trim(), offset: query.offset, limit: SIZE });
        if (isOver) return;
        const offset = nearest({ offset: query.offset, size: SIZE, total: answer.total });
        if (offset !== query.offset) return setQuery({ ...query, offset });
        setList(answer);
        setWhy(undefined);
      } catch (error) {
        if (!isOver) setWhy(factsOf(error));
      }
    };
    const timer = setTimeout(() => void load(), list && query.filter ? TYPING_PAUSE : 0);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
    // `ask` is new at each drawing; `key` and the query say when to ask
  }, [query, key]);

  return {
    list,
    page: list && { offset: query.offset, size: SIZE, total: list.total },
    why,
    filter: query.filter,
    setFilter: (filter) => setQuery({ ...query, filter, offset: 0 }),
    setOffset: (offset) => setQuery({ ...query, offset }),
    reload: () => setQuery({ ...query, count: query.count + 1 }),
  };
}
